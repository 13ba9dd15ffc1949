package dev.thimble.mqtt;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Everything that a link needs to know. Made by {@link #builder}.
 *
 * @param broker         {@code tcp://host:port} or {@code ssl://host:port} ({@code mqtt} and {@code mqtts} are
 *                       accepted too); the ports default to 1883 and 8883
 * @param clientId       identifies the session on the broker; two links must not share one
 * @param credentials    or null
 * @param tls            used with {@code ssl}
 * @param keepAlive      a peer silent for about this long is given up
 * @param sessionExpiry  how long the broker keeps the session after a lost connection
 * @param connectTimeout for TCP, TLS and the broker's answer, each
 * @param closeTimeout   for farewell and disconnect
 * @param backoffFirst   upper bound of the first wait before another attempt; doubled for each further one
 * @param backoffLimit   upper bound of every wait; a wait is uniform between 0 and its bound (full jitter), so that a
 *                       fleet does not return in step
 * @param will           asked before each connect: what the broker says when the connection is lost; may give null
 * @param birth          asked after each connect: what to say before anything else
 * @param inFlight       messages sent and not yet acknowledged, 1 to 10
 * @param outbox         queues for what is published
 * @param inboxMessages  messages that wait for a handler; one of quality of service 1 is never dropped, since the
 *                       broker is not allowed to send more than half of this without an acknowledgement
 * @param inboxBytes     payload bytes that wait for a handler before messages of quality of service 0 are dropped
 * @param maxPacket      the largest packet that the broker may send, in bytes
 * @param clock          wall clock, for message expiry
 * @param nanoTime       monotonic clock in ns, for rates and intervals
 * @param random         for jitter
 */
public record LinkOptions(URI broker, String clientId, Credentials credentials, TlsFiles tls, Duration keepAlive,
                          Duration sessionExpiry, Duration connectTimeout, Duration closeTimeout,
                          Duration backoffFirst, Duration backoffLimit, Supplier<Announcement> will,
                          Supplier<List<Announcement>> birth, int inFlight, OutboxOptions outbox, int inboxMessages,
                          int inboxBytes, int maxPacket, InstantSource clock, LongSupplier nanoTime,
                          RandomGenerator random) {

    private static final Set<String> PLAIN = Set.of("tcp", "mqtt");
    private static final Set<String> SECURE = Set.of("ssl", "mqtts");

    public LinkOptions {
        String scheme = String.valueOf(broker.getScheme());
        if (!PLAIN.contains(scheme) && !SECURE.contains(scheme) || broker.getHost() == null) {
            throw new IllegalArgumentException(
                    "broker '" + broker + "'; give tcp://host:port or ssl://host:port");
        }
        if (clientId.isEmpty() || Utf8.length(clientId) > 65_535) {
            throw new IllegalArgumentException("the client identifier needs 1 to 65535 bytes");
        }
        if (inFlight < 1 || inFlight > 10) {
            throw new IllegalArgumentException(inFlight + " messages in flight; give 1 to 10");
        }
        if (inboxMessages < 2 || inboxMessages > 65_535) {
            throw new IllegalArgumentException("an inbox of " + inboxMessages + " messages; give 2 to 65535");
        }
        requirePositive("keep-alive", keepAlive);
        requirePositive("connect timeout", connectTimeout);
        requirePositive("close timeout", closeTimeout);
        requirePositive("first back-off", backoffFirst);
        requirePositive("back-off limit", backoffLimit);
        Objects.requireNonNull(outbox, "outbox");
    }

    /** Whether the link uses TLS. */
    public boolean secure() {
        return SECURE.contains(broker.getScheme());
    }

    /** The broker's TCP port. */
    public int port() {
        return broker.getPort() >= 0 ? broker.getPort() : secure() ? 8883 : 1883;
    }

    public static Builder builder(String broker, String clientId) {
        return new Builder(URI.create(broker), clientId);
    }

    private static void requirePositive(String what, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(what + " of " + duration + "; it must be positive");
        }
    }

    /** Begins with defaults that suit a device: 30 s keep-alive, an hour of session, back-off from 0.5 s to 60 s. */
    public static final class Builder {
        private final URI broker;
        private final String clientId;
        private Credentials credentials;
        private TlsFiles tls = TlsFiles.JDK_DEFAULT;
        private Duration keepAlive = Duration.ofSeconds(30);
        private Duration sessionExpiry = Duration.ofHours(1);
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration closeTimeout = Duration.ofSeconds(2);
        private Duration backoffFirst = Duration.ofMillis(500);
        private Duration backoffLimit = Duration.ofSeconds(60);
        private Supplier<Announcement> will = () -> null;
        private Supplier<List<Announcement>> birth = List::of;
        private int inFlight = 10;
        private OutboxOptions outbox = OutboxOptions.IN_MEMORY;
        private int inboxMessages = 64;
        private int inboxBytes = 1 << 20;
        private int maxPacket = 256 << 10;
        private InstantSource clock = InstantSource.system();
        private LongSupplier nanoTime = System::nanoTime;
        private RandomGenerator random = RandomGenerator.of("L64X128MixRandom");

        private Builder(URI broker, String clientId) {
            this.broker = broker;
            this.clientId = clientId;
        }

        /**
         * Begins a second link to the same broker: its address, credentials and intervals are the same, but not what is
         * said and queued on it.
         *
         * @param suffix tells the client identifiers apart
         */
        public Builder sibling(String suffix) {
            Builder other = new Builder(broker, clientId + suffix);
            other.credentials = credentials;
            other.tls = tls;
            other.keepAlive = keepAlive;
            other.connectTimeout = connectTimeout;
            other.closeTimeout = closeTimeout;
            other.backoffFirst = backoffFirst;
            other.backoffLimit = backoffLimit;
            return other;
        }

        public Builder credentials(Credentials value) {
            credentials = value;
            return this;
        }

        public Builder tls(TlsFiles value) {
            tls = value;
            return this;
        }

        public Builder keepAlive(Duration value) {
            keepAlive = value;
            return this;
        }

        public Builder sessionExpiry(Duration value) {
            sessionExpiry = value;
            return this;
        }

        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        public Builder closeTimeout(Duration value) {
            closeTimeout = value;
            return this;
        }

        public Builder backoff(Duration first, Duration limit) {
            backoffFirst = first;
            backoffLimit = limit;
            return this;
        }

        /** The will, asked for anew before each connect. It is also published as a farewell on close. */
        public Builder will(Supplier<Announcement> value) {
            will = value;
            return this;
        }

        public Builder will(Announcement value) {
            return will(() -> value);
        }

        public Builder birth(Supplier<List<Announcement>> value) {
            birth = value;
            return this;
        }

        public Builder inFlight(int value) {
            inFlight = value;
            return this;
        }

        public Builder outbox(OutboxOptions value) {
            outbox = value;
            return this;
        }

        public Builder inbox(int messages, int bytes) {
            inboxMessages = messages;
            inboxBytes = bytes;
            return this;
        }

        public Builder maxPacket(int value) {
            maxPacket = value;
            return this;
        }

        public Builder clock(InstantSource wall, LongSupplier nanos) {
            clock = wall;
            nanoTime = nanos;
            return this;
        }

        public Builder random(RandomGenerator value) {
            random = value;
            return this;
        }

        public LinkOptions build() {
            return new LinkOptions(broker, clientId, credentials, tls, keepAlive, sessionExpiry, connectTimeout,
                    closeTimeout, backoffFirst, backoffLimit, will, birth, inFlight, outbox, inboxMessages,
                    inboxBytes, maxPacket, clock, nanoTime, random);
        }
    }
}
