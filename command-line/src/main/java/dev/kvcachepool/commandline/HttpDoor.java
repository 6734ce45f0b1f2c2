package dev.kvcachepool.commandline;

/** Where a program serves HTTP, in the words of Quarkus, which reads them when it starts. */
public final class HttpDoor {
    /** How Quarkus knows the certificate: a provider of the program's with this name brings it. */
    public static final String TLS = "kvcachepool";

    private static final String TLS_NAME = "quarkus.http.tls-configuration-name";

    private HttpDoor() {}

    /**
     * Tells it by system properties.
     *
     * @param port 0 for any free one
     * @param secure whether it serves HTTPS, and nothing else, with what {@link #TLS} brings; HTTP/1.1, as without
     */
    public static void configure(String address, int port, boolean secure) {
        System.setProperty("quarkus.http.host", address);
        System.setProperty(secure ? "quarkus.http.ssl-port" : "quarkus.http.port", Integer.toString(port));
        if (secure) {
            System.setProperty("quarkus.http.insecure-requests", "disabled");
            System.setProperty(TLS_NAME, TLS);
            System.setProperty("quarkus.http.http2", "false");
        }
    }

    /** Whether it was told to serve HTTPS. */
    public static boolean isSecure() {
        return TLS.equals(System.getProperty(TLS_NAME));
    }
}
