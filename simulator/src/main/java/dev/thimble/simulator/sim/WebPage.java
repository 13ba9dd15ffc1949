package dev.thimble.simulator.sim;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.thimble.agent.Json;
import dev.thimble.agent.port.Topics;
import dev.thimble.simulator.world.SimulatedDevice;
import dev.thimble.simulator.world.SimulatedPi;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The simulator's page on the loopback address: the board's LED and sensor as they are, and what modules publish as it
 * comes. The page is one static file; live data arrive as server-sent events.
 */
final class WebPage implements AutoCloseable {
    private static final int BACKLOG = 100;
    private static final long REFRESH_MILLIS = 250;

    private record Message(String topic, String payload) {}

    private final HttpServer server;
    private final SimulatedDevice device;
    private final Topics topics;
    private final CopyOnWriteArrayList<BlockingQueue<String>> viewers = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("page-", 0).factory());
    private volatile boolean closed;

    private WebPage(HttpServer server, SimulatedDevice device, Topics topics) {
        this.server = server;
        this.device = device;
        this.topics = topics;
    }

    /** @param port 0 for a free one; another free one is taken when this one is in use */
    static WebPage open(int port, SimulatedDevice device, Topics topics) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        } catch (BindException taken) {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        }
        WebPage page = new WebPage(server, device, topics);
        server.setExecutor(page.threads);
        server.createContext("/", page::file);
        server.createContext("/events", page::events);
        server.start();
        return page;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /** Shows a message to everybody who looks; a viewer that is too slow misses it. */
    void published(String topic, String payload) {
        String event = event("message", new Message(topic, payload));
        viewers.forEach(queue -> queue.offer(event));
    }

    private void file(HttpExchange exchange) throws IOException {
        try (exchange; InputStream page = WebPage.class.getResourceAsStream("/dev/thimble/simulator/page.html")) {
            if (!exchange.getRequestURI().getPath().equals("/")) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] html = page.readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'self' 'unsafe-inline'");
            exchange.sendResponseHeaders(200, html.length);
            exchange.getResponseBody().write(html);
        }
    }

    private void events(HttpExchange exchange) throws IOException {
        BlockingQueue<String> queue = new ArrayBlockingQueue<>(BACKLOG);
        viewers.add(queue);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(200, 0);
            send(exchange, event("device", Map.of("id", topics.device(), "board", device.pi().board().file().name())));
            while (!closed) {
                String next = queue.poll(REFRESH_MILLIS, TimeUnit.MILLISECONDS);
                send(exchange, next == null ? event("state", state()) : next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            viewers.remove(queue);
        }
    }

    private static void send(HttpExchange exchange, String event) throws IOException {
        exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    /** What there is to see: the LED and the air on the desk, or what a board of the user's own has of them. */
    private Map<String, Number> state() {
        SimulatedPi pi = device.pi();
        Map<String, Number> state = new TreeMap<>();
        if (pi.led() != null) {
            state.put("led", pi.led().level());
        }
        if (pi.isDesk()) {
            state.put("temperature", pi.temperature());
            state.put("humidity", pi.humidity());
            state.put("pressure", pi.pressure());
        }
        return state;
    }

    private static String event(String name, Object data) {
        return "event: " + name + "\ndata: " + Json.of(data) + "\n\n";
    }

    @Override
    public void close() {
        closed = true;
        server.stop(0);
        threads.shutdownNow();
    }
}
