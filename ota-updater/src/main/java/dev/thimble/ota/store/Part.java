package dev.thimble.ota.store;

import dev.thimble.ota.content.ChunkSet;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.content.Encoding;
import dev.thimble.ota.content.Encodings;
import dev.thimble.ota.content.MalformedPayloadException;
import dev.thimble.ota.content.MerkleTree;
import dev.thimble.ota.document.Chunk;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Payload;
import java.io.IOException;
import java.util.Arrays;

/**
 * A payload on its way: {@code <digest>.part} with the chunks at their offsets and
 * {@code <digest>.proofs} with the inclusion proofs that came with them, in slots of equal size.
 *
 * <p>What is there after a restart is found by checking every chunk against its proof again. The
 * proofs need no trust, since they either lead to the signed root or they do not.
 */
public final class Part {
    private final Store store;
    private final Payload payload;
    private final String data;
    private final String proofs;
    private ChunkSet have;

    private Part(Store store, Payload payload) {
        this.store = store;
        this.payload = payload;
        this.data = Store.path(payload.digest()) + ".part";
        this.proofs = Store.path(payload.digest()) + ".proofs";
    }

    /** Opens the part file and re-hashes what it holds. */
    public static Part open(Store store, Payload payload) throws IOException {
        Part part = new Part(store, payload);
        part.have = part.rehash();
        return part;
    }

    private ChunkSet rehash() throws IOException {
        FileSystem files = store.files();
        ChunkSet found = ChunkSet.none(payload.chunks());
        long dataSize = files.size(data);
        long proofsSize = files.size(proofs);
        if (dataSize < 0 || proofsSize < 0 && payload.chunks() > 1) {
            return found;
        }
        for (int chunk = 0; chunk < payload.chunks(); chunk++) {
            byte[] bytes = new byte[payload.chunkLength(chunk)];
            byte[] proof = new byte[MerkleTree.proofLength(chunk, payload.chunks())];
            if (files.read(data, offset(chunk), bytes) == bytes.length
                    && (proof.length == 0 || files.read(proofs, slot(chunk), proof) == proof.length)
                    && new Chunk(proof, bytes).belongsTo(payload, chunk)) {
                found = found.with(chunk);
            }
        }
        return found;
    }

    public Payload payload() {
        return payload;
    }

    public ChunkSet have() {
        return have;
    }

    /**
     * Checks a chunk and only then writes it.
     *
     * @return false if it is not a chunk of this payload, or one that is there already
     */
    public boolean put(int number, Chunk chunk) throws IOException {
        if (!chunk.belongsTo(payload, number) || have.contains(number)) {
            return false;
        }
        store.files().write(data, offset(number), chunk.data());
        if (chunk.proof().length > 0) {
            store.files().write(proofs, slot(number), chunk.proof());
        }
        have = have.with(number);
        return true;
    }

    /** The bytes of a chunk that is there. */
    public byte[] chunk(int number) throws IOException {
        byte[] bytes = new byte[payload.chunkLength(number)];
        if (!have.contains(number) || store.files().read(data, offset(number), bytes) != bytes.length) {
            throw new IOException("chunk " + number + " is gone");
        }
        return bytes;
    }

    /**
     * Makes the module's blob from the complete payload.
     *
     * @throws MalformedPayloadException if the payload is not what was signed or does not decode to it
     * @throws IOException also when the flash has not kept what was written; opened again, the part lacks those chunks
     */
    public void assemble(Manifest manifest) throws IOException, DamagedBlobException {
        byte[] bytes = Arrays.copyOf(store.files().read(data), payload.size());
        if (!Digest.ofContent(bytes).equals(payload.digest())) {
            have = rehash();
            if (!have.isComplete()) {
                throw new IOException((payload.chunks() - have.size()) + " chunks are not what was written; the flash has not kept them");
            }
            throw new MalformedPayloadException("the chunks fit the tree, but the payload's digest is not the signed one");
        }
        if (payload.encoding() == Encoding.NONE) {
            store.files().truncate(data, payload.size());
            store.adopt(data, manifest.blob());
        } else {
            byte[] base = payload.base() == null ? null : store.blob(payload.base());
            byte[] module = Encodings.decode(payload.encoding(), base, bytes, manifest.size());
            if (!Digest.ofContent(module).equals(manifest.blob())) {
                throw new MalformedPayloadException("the payload decodes to " + Digest.ofContent(module).brief()
                        + ", " + manifest.blob().brief() + " was signed");
            }
            store.putBlob(module);
        }
        delete();
    }

    public void delete() throws IOException {
        store.files().delete(data);
        store.files().delete(proofs);
    }

    private long offset(int chunk) {
        return (long) chunk * payload.chunkSize();
    }

    private long slot(int chunk) {
        return (long) chunk * MerkleTree.proofLength(0, payload.chunks());
    }
}
