package dev.thimble.mqtt.paho;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.mqtt.Credentials;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.TlsFiles;
import dev.thimble.mqtt.broker.Certificates;
import dev.thimble.mqtt.broker.Moquette;
import dev.thimble.mqtt.broker.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS, mutual TLS, passwords and access control lists, with a real mosquitto. */
class SecurityTest {

    @TempDir
    Path directory;

    private Certificates certificates;
    private Mosquitto broker;

    @BeforeEach
    void makeCertificates() throws IOException {
        Mosquitto.require("mosquitto");
        certificates = new Certificates(directory.resolve("pki"));
        certificates.issue("server", "ec", "IP:127.0.0.1");
    }

    @AfterEach
    void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    private void startTls(String... more) throws IOException {
        String[] lines = new String[3 + more.length];
        lines[0] = "cafile " + certificates.file("ca.crt");
        lines[1] = "certfile " + certificates.file("server.crt");
        lines[2] = "keyfile " + certificates.file("server.key");
        System.arraycopy(more, 0, lines, 3, more.length);
        // The probe of start() connects in plain TCP, which a TLS listener accepts too.
        broker = new Mosquitto(directory, lines);
    }

    private LinkOptions.Builder options(String host, String id, TlsFiles tls) {
        return LinkProbe.options("ssl://" + host + ":" + broker.port(), id).tls(tls);
    }

    private Path ca() {
        return certificates.file("ca.crt");
    }

    @Test
    void tlsWithAnAuthorityOfOnesOwn() throws IOException {
        startTls("allow_anonymous true");
        try (LinkProbe device = LinkProbe.online(options("127.0.0.1", "device", new TlsFiles(ca(), null, null)),
                "echo")) {
            device.publish("echo", "encrypted", 1);
            assertEquals("encrypted", device.nextText());
        }
    }

    @Test
    void anUnknownAuthorityIsRefused() throws IOException {
        startTls("allow_anonymous true");
        expectFailure(options("127.0.0.1", "device", TlsFiles.JDK_DEFAULT), "certification path");
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws IOException {
        certificates.issue("server", "ec", "DNS:broker.example");
        startTls("allow_anonymous true");
        expectFailure(options("127.0.0.1", "device", new TlsFiles(ca(), null, null)), "127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec", "rsa:2048", "ed25519"})
    void mutualTls(String algorithm) throws IOException {
        certificates.issue("pi-17", algorithm, null);
        Files.writeString(directory.resolve("acl"), "pattern readwrite d/%u/#\n");
        startTls("require_certificate true", "use_identity_as_username true",
                "acl_file " + directory.resolve("acl"));
        TlsFiles tls = new TlsFiles(ca(), certificates.file("pi-17.crt"), certificates.file("pi-17.key"));
        try (LinkProbe device = LinkProbe.online(options("127.0.0.1", "device", tls), "d/pi-17/#")) {
            device.publish("d/pi-17/x", "it is me", 1);
            assertEquals("it is me", device.nextText());
        }
    }

    @Test
    void mutualTlsWithoutACertificateIsRefused() throws IOException {
        startTls("require_certificate true", "allow_anonymous true");
        expectFailure(options("127.0.0.1", "device", new TlsFiles(ca(), null, null)), "");
    }

    @Test
    void unusableFilesAreNamed() throws IOException {
        startTls("allow_anonymous true");
        Path absent = directory.resolve("absent.pem");
        expectFailure(options("127.0.0.1", "device", new TlsFiles(absent, null, null)), absent.toString());
        Path text = Files.writeString(directory.resolve("text.pem"), "not a certificate");
        expectFailure(options("127.0.0.1", "device", new TlsFiles(text, null, null)), text.toString());
        expectFailure(options("127.0.0.1", "device", new TlsFiles(ca(), ca(), text)), "openssl pkcs8");
    }

    @Test
    void plainTcpToATlsPortFails() throws IOException {
        startTls("allow_anonymous true");
        expectFailure(LinkProbe.options(broker.url(), "device"), "");
    }

    @Test
    void passwordAndAccessControlList() throws Exception {
        Path passwords = directory.resolve("passwords");
        Path secret = Files.writeString(directory.resolve("secret"), "wrong\n");
        Process process = new ProcessBuilder(Mosquitto.require("mosquitto_passwd").toString(), "-c", "-b",
                passwords.toString(), "pi", "right").start();
        assertEquals(0, process.waitFor());
        Files.writeString(directory.resolve("acl"), "user pi\ntopic write d/pi/up/#\ntopic read d/pi/up/#\n");
        broker = new Mosquitto(directory, "allow_anonymous false", "password_file " + passwords,
                "acl_file " + directory.resolve("acl"));
        LinkOptions.Builder options =
                LinkProbe.options(broker.url(), "pi").credentials(new Credentials("pi", secret));
        try (LinkProbe device = LinkProbe.create(options, "d/pi/up/#")) {
            device.link.start();
            device.await(() -> device.reports.stream().anyMatch(r -> r.contains("not authorized")), "refusal");
            // The file is read before each attempt: a password put right needs no restart.
            Files.writeString(secret, "right\n");
            device.await(() -> device.link.state() == dev.thimble.mqtt.LinkState.ONLINE, "online");
            device.publish("d/other/up/x", "forbidden", 1);
            device.publish("d/pi/up/x", "allowed", 1);
            assertEquals("allowed", device.nextText());
            device.await(() -> device.reports.contains("lost other REJECTED 1"), "report of the forbidden one");
        }
    }

    /** With Moquette, since mosquitto with an ACL file grants every subscription and holds back the messages. */
    @Test
    void aForbiddenSubscriptionIsReportedAndTheOthersWork() throws Exception {
        try (Moquette strict = new Moquette("secret");
                LinkProbe device = LinkProbe.online(LinkProbe.options(strict.url(), "pi"), "d/#", "secret/#")) {
            device.publish("d/x", "works", 1);
            assertEquals("works", device.nextText());
            assertTrue(device.reports.stream().anyMatch(r -> r.startsWith("refused secret/#:")), device.toString());
        }
    }

    private static void expectFailure(LinkOptions.Builder options, String words) {
        try (LinkProbe device = LinkProbe.create(options)) {
            device.link.start();
            device.await(() -> device.link.statistics().failedAttempts() >= 2, "two failed attempts");
            assertEquals(0, device.link.statistics().connects());
            assertTrue(device.reports.stream().anyMatch(r -> r.startsWith("OFFLINE") && r.contains(words)),
                    device.toString());
        }
    }
}
