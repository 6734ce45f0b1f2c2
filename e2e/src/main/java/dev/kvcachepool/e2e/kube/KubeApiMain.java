package dev.kvcachepool.e2e.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * The API in memory as a program: {@code KubeApiMain FOLDER FILE…} writes a kubeconfig into the folder, creates what the
 * files say, prints one line {@code serving kubeconfig=…} and runs until it is ended.
 */
public final class KubeApiMain {
    private KubeApiMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 0) {
            System.err.println(
                    "usage: KubeApiMain FOLDER [FILE…]: a folder for the kubeconfig, and YAML to begin with");
            System.exit(2);
        }
        var api = KubeApi.start();
        Runtime.getRuntime().addShutdownHook(new Thread(api::close));
        var kubeconfig = api.writeKubeconfig(Path.of(arguments[0]));
        try (var client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build()) {
            for (int number = 1; number < arguments.length; number++) {
                try (var file = Files.newInputStream(Path.of(arguments[number]))) {
                    client.load(file).serverSideApply();
                }
            }
        }
        System.out.println("serving kubeconfig=" + kubeconfig);
        new CountDownLatch(1).await();
    }
}
