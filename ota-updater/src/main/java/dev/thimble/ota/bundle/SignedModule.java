package dev.thimble.ota.bundle;

import com.upokecenter.cbor.CBORObject;
import dev.thimble.ota.cbor.Cbor;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.cbor.Row;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.content.MalformedPayloadException;
import dev.thimble.ota.content.Encoding;
import dev.thimble.ota.content.Encodings;
import dev.thimble.ota.content.MerkleTree;
import dev.thimble.ota.document.Chunk;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Payload;
import dev.thimble.ota.trust.SigningKey;
import dev.thimble.ota.trust.Trust;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A signed module file: the manifest's envelope and the payloads that it lists, in its order.
 * Immutable by agreement: the arrays are not to be written to.
 */
public record SignedModule(byte[] envelope, List<byte[]> payloads) {
    public static final int MAX_BYTES = 48 << 20;
    private static final String KIND = "thimble-module/1";

    public SignedModule {
        payloads = List.copyOf(payloads);
    }

    /**
     * Makes payloads of a module and signs its manifest.
     *
     * @param template everything but blob, size and payloads, which are filled in
     * @param chunkSize bytes per chunk
     * @param bases modules from which a delta is to be offered
     */
    public static SignedModule sign(Manifest template, byte[] wasm, int chunkSize, Collection<byte[]> bases,
                                    Collection<SigningKey> keys) {
        List<Payload> payloads = new ArrayList<>();
        List<byte[]> bytes = new ArrayList<>();
        add(Encoding.NONE, null, wasm, chunkSize, payloads, bytes);
        add(Encoding.DEFLATE, null, wasm, chunkSize, payloads, bytes);
        for (byte[] base : bases) {
            add(Encoding.DELTA, base, wasm, chunkSize, payloads, bytes);
        }
        Manifest manifest = template.with(Digest.ofContent(wasm), wasm.length, payloads);
        return new SignedModule(Trust.signManifest(manifest, keys), bytes);
    }

    private static void add(Encoding encoding, byte[] base, byte[] wasm, int chunkSize, List<Payload> payloads, List<byte[]> bytes) {
        byte[] encoded = Encodings.encode(encoding, base, wasm);
        if (encoding != Encoding.NONE && encoded.length >= payloads.getFirst().size()) {
            return;
        }
        payloads.add(new Payload(encoding, base == null ? null : Digest.ofContent(base), Digest.ofContent(encoded), encoded.length,
                chunkSize, MerkleTree.of(encoded, chunkSize).root()));
        bytes.add(encoded);
    }

    /** The name under which an assignment refers to this release. */
    public Digest digest() {
        return Digest.ofContent(envelope);
    }

    /** The manifest, read without checking its signature. */
    public Manifest manifest() {
        return Trust.stored(envelope);
    }

    public byte[] encode() {
        CBORObject list = CBORObject.NewArray();
        payloads.forEach(list::Add);
        return Cbor.encode(CBORObject.NewArray().Add(KIND).Add(envelope).Add(list));
    }

    /** Reads the file and checks that the payloads are those that the manifest lists; signatures are for {@link Trust}. */
    public static SignedModule decode(byte[] bytes) {
        Row row = Row.parse(bytes, "module file", MAX_BYTES);
        SignedModule module = read(row);
        row.end();
        return module;
    }

    static SignedModule read(Row row) {
        if (!row.text(32).equals(KIND)) {
            throw new MalformedDocumentException("module file: this is no " + KIND);
        }
        SignedModule module = new SignedModule(row.bytes(1, Trust.MAX_MANIFEST), row.byteStrings(16, 1, Payload.MAX_SIZE));
        List<Payload> listed = module.manifest().payloads();
        if (listed.size() != module.payloads.size()) {
            throw new MalformedDocumentException("module file: " + module.payloads.size() + " payloads, the manifest lists " + listed.size());
        }
        for (int i = 0; i < listed.size(); i++) {
            if (!Digest.ofContent(module.payloads.get(i)).equals(listed.get(i).digest())) {
                throw new MalformedDocumentException("module file: payload " + i + " is not the one that the manifest lists");
            }
        }
        return module;
    }

    /** The WebAssembly binary, decoded from the first payload that needs no other module. */
    public byte[] wasm() {
        Manifest manifest = manifest();
        for (int i = 0; i < payloads.size(); i++) {
            Payload payload = manifest.payloads().get(i);
            if (payload.encoding() != Encoding.DELTA) {
                byte[] wasm = Encodings.decode(payload.encoding(), null, payloads.get(i), manifest.size());
                if (!Digest.ofContent(wasm).equals(manifest.blob())) {
                    throw new MalformedPayloadException("the payload does not decode to the signed module");
                }
                return wasm;
            }
        }
        throw new MalformedPayloadException("the file has only deltas");
    }

    /** Chunks as messages, for whoever answers a device's request or runs a carousel. */
    public Map<Digest, List<byte[]>> messages() {
        Map<Digest, List<byte[]>> messages = new java.util.LinkedHashMap<>();
        messages.put(digest(), List.of(new Chunk(new byte[0], envelope).encode()));
        List<Payload> listed = manifest().payloads();
        for (int i = 0; i < listed.size(); i++) {
            messages.put(listed.get(i).digest(), chunks(listed.get(i), payloads.get(i)));
        }
        return messages;
    }

    private static List<byte[]> chunks(Payload payload, byte[] bytes) {
        MerkleTree tree = MerkleTree.of(bytes, payload.chunkSize());
        List<byte[]> chunks = new ArrayList<>();
        for (int n = 0; n < payload.chunks(); n++) {
            int start = n * payload.chunkSize();
            chunks.add(new Chunk(tree.proof(n), java.util.Arrays.copyOfRange(bytes, start, start + payload.chunkLength(n))).encode());
        }
        return chunks;
    }
}
