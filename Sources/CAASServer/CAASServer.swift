// CAASServer
