package dev.thimble.mqtt.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An authority and certificates signed by it, made by openssl in a temporary directory. */
public final class Certificates {

    private final Path directory;
    private final String openssl = Mosquitto.require("openssl").toString();

    /** Makes an authority named {@code ca.crt} with its key. */
    public Certificates(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.crt");
    }

    /**
     * Makes {@code <name>.crt} and {@code <name>.key} (PKCS #8).
     *
     * @param algorithm  {@code ec}, {@code rsa:2048} or {@code ed25519}
     * @param alternative for example {@code IP:127.0.0.1}, the name that clients check, or null
     */
    public void issue(String name, String algorithm, String alternative) throws IOException {
        List<String> request = new ArrayList<>(List.of("req", "-new", "-newkey", algorithm, "-nodes", "-subj",
                "/CN=" + name, "-keyout", name + ".key", "-out", name + ".csr"));
        if (algorithm.equals("ec")) {
            request.addAll(List.of("-pkeyopt", "ec_paramgen_curve:prime256v1"));
        }
        run(request.toArray(String[]::new));
        Path extensions = directory.resolve(name + ".ext");
        Files.writeString(extensions, alternative == null ? "basicConstraints=CA:FALSE\n"
                : "subjectAltName=" + alternative + "\n");
        run("x509", "-req", "-in", name + ".csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", extensions.toString(), "-out", name + ".crt");
    }

    public Path file(String name) {
        return directory.resolve(name);
    }

    private void run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(openssl));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + ": " + output);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
