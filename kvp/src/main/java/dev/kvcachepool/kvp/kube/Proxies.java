package dev.kvcachepool.kvp.kube;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which proxy leads to a server: the kubeconfig's, else the environment's, in either case of letters. */
final class Proxies {
    private static final int HTTP_PORT = 80;
    private static final int SOCKS_PORT = 1080;

    private Proxies() {}

    static Proxy of(URI server, String configured, Map<String, String> environment) {
        var host = server.getHost();
        var named = configured;
        if (named.isEmpty() && !isLocal(host) && !isExcepted(host, variable(environment, "NO_PROXY"))) {
            named = variable(environment, server.getScheme().toUpperCase(Locale.ROOT) + "_PROXY");
        }
        return named.isEmpty() ? Proxy.NO_PROXY : proxy(named);
    }

    private static String variable(Map<String, String> environment, String name) {
        return environment.getOrDefault(name, environment.getOrDefault(name.toLowerCase(Locale.ROOT), ""));
    }

    private static Proxy proxy(String text) {
        try {
            var uri = URI.create(text.contains("://") ? text : "http://" + text);
            var scheme = String.valueOf(uri.getScheme());
            if (uri.getHost() != null && uri.getUserInfo() == null) {
                switch (scheme) {
                    case "http" -> {
                        return new Proxy(Proxy.Type.HTTP, address(uri, HTTP_PORT));
                    }
                    case "socks5", "socks5h" -> {
                        return new Proxy(Proxy.Type.SOCKS, address(uri, SOCKS_PORT));
                    }
                    default -> {
                        // said below
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        // Not the text itself, which may have a password in it.
        throw new KubeException(
                "the proxy before the API server (proxy-url or HTTPS_PROXY) is not of the form http://host:port"
                        + " or socks5://host:port, without a password");
    }

    /** Resolved by whoever connects. */
    private static InetSocketAddress address(URI uri, int port) {
        return InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort() < 0 ? port : uri.getPort());
    }

    private static boolean isLocal(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    private static boolean isExcepted(String host, String list) {
        return List.of(list.split(",", -1)).stream()
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .anyMatch(one -> one.equals("*") || (one.contains("/") ? isIn(host, one) : isOf(host, one)));
    }

    private static boolean isOf(String host, String domain) {
        var name = domain.startsWith(".") ? domain.substring(1) : domain;
        return host.equalsIgnoreCase(name)
                || host.toLowerCase(Locale.ROOT).endsWith("." + name.toLowerCase(Locale.ROOT));
    }

    /** Only for addresses: names are not looked up. */
    private static boolean isIn(String host, String network) {
        int slash = network.indexOf('/');
        try {
            var address = InetAddress.ofLiteral(host).getAddress();
            var base = InetAddress.ofLiteral(network.substring(0, slash)).getAddress();
            int bits = Integer.parseInt(network.substring(slash + 1));
            if (address.length != base.length || bits < 0 || bits > address.length * Byte.SIZE) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % Byte.SIZE;
                if (((address[bit / Byte.SIZE] ^ base[bit / Byte.SIZE]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
