package dev.thimble.agent.recording;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import dev.thimble.ota.content.Digest;
import dev.thimble.wasm.api.RecordingException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * A recording as a device keeps it, with everything that a replay needs. All numbers are big-endian: {@link #MAGIC} (u32), {@link #VERSION} (u16), length (u32) and text of the {@link Header} as
 * JSON in UTF-8, length (u32) of the module and of its deflated form (u32), this form, the CRC-32 of all before; then the engine's
 * stream ({@code Instance.record}) to the end of the file.
 *
 * @param recording the engine's stream, to be closed by the caller
 */
public record RecordingFile(Header header, byte[] wasm, InputStream recording) {
    static final int MAGIC = 0x54685246;
    static final int VERSION = 1;
    private static final int LARGEST = 64 << 20;
    private static final Gson GSON = new Gson();

    /**
     * What was recorded, and under which conditions.
     *
     * @param digest SHA-256 of the module's binary
     * @param abi version of the host imports
     * @param started milliseconds since the epoch
     * @param settings what {@code thimble:sys/1 config} gave
     * @param grant what the module was allowed
     */
    public record Header(String device, String module, String version, String digest, int abi, long started, Map<String, String> settings,
                         JsonElement grant) {
        public Header {
            Objects.requireNonNull(device);
            Objects.requireNonNull(module);
            Objects.requireNonNull(version);
            Objects.requireNonNull(digest);
            settings = Map.copyOf(settings);
        }
    }

    static JsonElement json(Object object) {
        return GSON.toJsonTree(object);
    }

    /** All before the engine's stream. */
    static byte[] head(Header header, byte[] wasm) throws IOException {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (OutputStream to = new DeflaterOutputStream(deflated)) {
            to.write(wasm);
        }
        byte[] json = GSON.toJson(header).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        CheckedOutputStream checked = new CheckedOutputStream(head, new CRC32());
        DataOutputStream out = new DataOutputStream(checked);
        out.writeInt(MAGIC);
        out.writeShort(VERSION);
        out.writeInt(json.length);
        out.write(json);
        out.writeInt(wasm.length);
        out.writeInt(deflated.size());
        deflated.writeTo(out);
        out.writeInt((int) checked.getChecksum().getValue());
        return head.toByteArray();
    }

    /** Begins a file, in place of what is there. */
    static OutputStream create(Path file, byte[] head) throws IOException {
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        try {
            out.write(head);
            out.flush();
            return out;
        } catch (IOException e) {
            out.close();
            throw e;
        }
    }

    /**
     * Opens a file.
     *
     * @throws RecordingException when it is no recording, a newer one, or damaged before the engine's stream
     * @throws IOException when it cannot be read
     */
    public static RecordingFile open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        try {
            return read(in);
        } catch (EOFException e) {
            in.close();
            throw new RecordingException("the recording breaks off in its beginning");
        } catch (RuntimeException | IOException e) {
            in.close();
            throw e;
        }
    }

    private static RecordingFile read(InputStream file) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(file, new CRC32());
        DataInputStream in = new DataInputStream(checked);
        if (in.readInt() != MAGIC) {
            throw new RecordingException("this is not a recording of a device");
        }
        int version = in.readUnsignedShort();
        if (version != VERSION) {
            throw new RecordingException("the recording has format " + version + ", this program reads " + VERSION);
        }
        byte[] json = bytes(in);
        int length = in.readInt();
        byte[] deflated = bytes(in);
        int checksum = (int) checked.getChecksum().getValue();
        if (in.readInt() != checksum) {
            throw new RecordingException("the recording is damaged in its beginning: its checksum does not match");
        }
        Header header;
        byte[] wasm;
        try {
            header = GSON.fromJson(new String(json, StandardCharsets.UTF_8), Header.class);
            wasm = new InflaterInputStream(new ByteArrayInputStream(deflated)).readNBytes(Math.clamp(length, 0, LARGEST));
        } catch (JsonParseException e) {
            throw new RecordingException("the recording has no readable header: " + e.getMessage());
        }
        if (header == null || !Digest.ofContent(wasm).toString().equals(header.digest)) {
            throw new RecordingException("the recording's module is not the one that its header names");
        }
        return new RecordingFile(header, wasm, file);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LARGEST) {
            throw new RecordingException("the recording is damaged in its beginning: it announces " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new EOFException();
        }
        return bytes;
    }
}
