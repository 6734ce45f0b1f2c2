package dev.kvcachepool.router.extproc;

import dev.kvcachepool.commandline.certificate.Issued;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** HTTP/2 over the JDK's TLS, or without. */
final class ServerTls {
    private static final String NAME = "kvcachepool-picker";
    private static final int REREAD_MINUTES = 1;

    private final @Nullable SslContext context;

    private ServerTls(@Nullable SslContext context) {
        this.context = context;
    }

    /** Files are read at once, and again on {@code timer}'s thread. */
    static ServerTls of(Transport transport, ScheduledExecutorService timer)
            throws IOException, GeneralSecurityException {
        var keys = new AdvancedTlsX509KeyManager();
        switch (transport) {
            case Transport.Plain _ -> {
                return new ServerTls(null);
            }
            case Transport.SelfSigned _ -> {
                var made = Issued.selfSigned(NAME, InstantSource.system());
                keys.updateIdentityCredentials(new X509Certificate[] {made.certificate()}, made.key());
            }
            case Transport.Files(var files) -> {
                var _ = keys.updateIdentityCredentials(
                        files.certificate().toFile(), files.key().toFile(), REREAD_MINUTES, TimeUnit.MINUTES, timer);
            }
        }
        return new ServerTls(GrpcSslContexts.configure(SslContextBuilder.forServer(keys), SslProvider.JDK)
                .build());
    }

    void apply(NettyServerBuilder builder) {
        if (context != null) {
            builder.sslContext(context);
        }
    }
}
