package dev.kvcachepool.engine.app;

import dev.kvcachepool.commandline.EnvironmentDefaults;
import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.engine.http.EngineServer;
import dev.kvcachepool.engine.model.Transformer;
import dev.kvcachepool.engine.serve.Engine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The program: makes the model, and answers until it is told to end. */
@Command(
        name = "engine",
        subcommands = QualityCommand.class,
        mixinStandardHelpOptions = true,
        description = "A transformer with random weights on the CPU, whose KV cache goes to a pool and comes from it.")
public final class EngineMain implements Callable<Integer> {
    @Option(names = "--http-port", paramLabel = "PORT", defaultValue = "8000", converter = FlagTypes.Port.class)
    int httpPort;

    @Option(names = "--listen-address", paramLabel = "ADDRESS", defaultValue = "127.0.0.1")
    String listenAddress = "";

    @Option(
            names = "--threads",
            paramLabel = "COUNT",
            description = "That compute; default: as many as there are processors.")
    int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    ShapeFlags shape = new ShapeFlags();

    @Mixin
    PoolFlags pool = new PoolFlags();

    public static void main(String[] arguments) {
        var line = new CommandLine(new EngineMain())
                .setDefaultValueProvider(new EnvironmentDefaults(System.getenv()))
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println(e.getMessage());
                    return e instanceof IllegalArgumentException
                            ? CommandLine.ExitCode.USAGE
                            : CommandLine.ExitCode.SOFTWARE;
                });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (threads < 1 || threads > Runtime.getRuntime().availableProcessors()) {
            throw new IllegalArgumentException("--threads is " + threads + ", allowed are 1 to "
                    + Runtime.getRuntime().availableProcessors());
        }
        Transformer.threads(threads);
        var model = Transformer.seeded(shape.shape(), shape.seed);
        var name = shape.modelName();
        try (var engine = new Engine(model, pool.open(name, shape.shape().kvBytesPerToken()));
                var server = new EngineServer(engine, name, new InetSocketAddress(listenAddress, httpPort))) {
            var end = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(end::countDown));
            System.out.println("serving http=" + listenAddress + ":" + server.port() + " model=" + name);
            end.await();
        }
        return CommandLine.ExitCode.OK;
    }
}
