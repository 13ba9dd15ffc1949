package dev.thimble.ota.content;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Turns modules into payloads and back. Decoding never makes more bytes than it was told to expect. */
public final class Encodings {
    private Encodings() {
    }

    /** @param base for a delta the module that it starts from, else ignored */
    public static byte[] encode(Encoding encoding, byte[] base, byte[] module) {
        return switch (encoding) {
            case NONE -> module.clone();
            case DEFLATE -> deflate(module);
            case DELTA -> deflate(Delta.between(base, module));
        };
    }

    /**
     * @param size bytes of the module, as signed
     * @throws MalformedPayloadException if the payload does not decode to exactly that size
     */
    public static byte[] decode(Encoding encoding, byte[] base, byte[] payload, int size) {
        return switch (encoding) {
            case NONE -> exactly(payload.clone(), size);
            case DEFLATE -> exactly(inflate(payload, size), size);
            case DELTA -> exactly(Delta.apply(base, inflate(payload, Delta.maximumLength(size)), size), size);
        };
    }

    private static byte[] exactly(byte[] module, int size) {
        if (module.length != size) {
            throw new MalformedPayloadException("the payload decodes to " + module.length + " bytes, " + size + " were signed");
        }
        return module;
    }

    private static byte[] deflate(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2 + 64);
            byte[] buffer = new byte[8192];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static byte[] inflate(byte[] bytes, int limit) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes);
            byte[] out = new byte[Math.min(limit, Math.max(8192, bytes.length * 4))];
            int length = 0;
            while (!inflater.finished()) {
                if (length == out.length) {
                    if (length >= limit) {
                        throw new MalformedPayloadException("the payload inflates to more than " + limit + " bytes");
                    }
                    out = Arrays.copyOf(out, (int) Math.min(limit, 2L * length));
                }
                int more = inflater.inflate(out, length, out.length - length);
                length += more;
                if (more == 0 && !inflater.finished() && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw new MalformedPayloadException("the payload ends in the middle of its compressed data");
                }
            }
            if (inflater.getRemaining() != 0) {
                throw new MalformedPayloadException(inflater.getRemaining() + " bytes follow the compressed data");
            }
            return Arrays.copyOf(out, length);
        } catch (DataFormatException e) {
            throw new MalformedPayloadException("the payload is not DEFLATE data: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }
}
