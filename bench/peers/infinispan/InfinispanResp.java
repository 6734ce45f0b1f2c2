import org.infinispan.commons.dataconversion.MediaType;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.server.resp.RespServer;
import org.infinispan.server.resp.configuration.RespServerConfigurationBuilder;

/** Infinispan with one cache behind its RESP endpoint: {@code InfinispanResp <port>}. Run from source, beside the libraries of pom.xml. */
public final class InfinispanResp {
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        var global = new GlobalConfigurationBuilder().nonClusteredDefault();
        global.defaultCacheName("respCache");
        var cache = new ConfigurationBuilder();
        cache.encoding().key().mediaType(MediaType.APPLICATION_OCTET_STREAM);
        cache.encoding().value().mediaType(MediaType.APPLICATION_OCTET_STREAM);
        var manager = new DefaultCacheManager(global.build(), cache.build());
        var server = new RespServer();
        var conf = new RespServerConfigurationBuilder();
        conf.defaultCacheName("respCache").host("127.0.0.1").port(port).maxContentLength("128MB");
        server.start(conf.build(), manager);
        server.postStart();
        System.out.println("serving");
        Thread.currentThread().join();
    }
}
