package dev.kvcachepool.crds;

/** How gateways reach the router. */
public enum GatewayTls {
    /** By TLS, with a certificate that the router makes at its start: what gateways expect of a picker, and don't verify. */
    SelfSigned,
    /** By TLS, with the certificate of a Secret. */
    Secret,
    /** In plain text. */
    None
}
