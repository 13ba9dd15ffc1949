package dev.thimble.ota.content;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The hash tree over a payload's chunks (RFC 9162 §2.1): leaves are SHA-256(0 ‖ chunk), inner nodes
 * SHA-256(1 ‖ left ‖ right), and the left subtree of n leaves has the largest power of two below n.
 *
 * <p>Every chunk travels with its inclusion proof, so that chunks can be checked in any order, from
 * any sender, with nothing fetched before.
 */
public final class MerkleTree {
    private final int count;
    /** levels.get(0) are the leaves; an odd last node is carried up unchanged. */
    private final List<byte[][]> levels = new ArrayList<>();

    private MerkleTree(byte[][] leaves) {
        count = leaves.length;
        byte[][] level = leaves;
        levels.add(level);
        while (level.length > 1) {
            byte[][] next = new byte[(level.length + 1) / 2][];
            for (int i = 0; i < next.length; i++) {
                next[i] = 2 * i + 1 < level.length ? node(level[2 * i], level[2 * i + 1]) : level[2 * i];
            }
            levels.add(next);
            level = next;
        }
    }

    public static MerkleTree of(byte[] payload, int chunkSize) {
        if (payload.length == 0 || chunkSize <= 0) {
            throw new IllegalArgumentException("a tree needs at least one byte and a positive chunk size");
        }
        byte[][] leaves = new byte[(payload.length + chunkSize - 1) / chunkSize][];
        for (int i = 0; i < leaves.length; i++) {
            int start = i * chunkSize;
            leaves[i] = leaf(payload, start, Math.min(chunkSize, payload.length - start));
        }
        return new MerkleTree(leaves);
    }

    public Digest root() {
        return Digest.of(levels.getLast()[0]);
    }

    /** The sibling hashes from the leaf upwards, {@link #proofLength} bytes. */
    public byte[] proof(int chunk) {
        byte[] proof = new byte[proofLength(chunk, count)];
        int at = 0;
        int index = chunk;
        for (byte[][] level : levels) {
            int sibling = index ^ 1;
            if (sibling < level.length) {
                System.arraycopy(level[sibling], 0, proof, at, Digest.LENGTH);
                at += Digest.LENGTH;
            }
            index >>= 1;
        }
        return proof;
    }

    /** Bytes of the proof for one of {@code count} chunks. */
    public static int proofLength(int chunk, int count) {
        int hashes = 0;
        for (int index = chunk, width = count; width > 1; index >>= 1, width = (width + 1) / 2) {
            if ((index ^ 1) < width) {
                hashes++;
            }
        }
        return hashes * Digest.LENGTH;
    }

    /** Whether these bytes are chunk number {@code chunk} of {@code count} under this root. */
    public static boolean proves(Digest root, int chunk, int count, byte[] data, int offset, int length, byte[] proof) {
        if (chunk < 0 || chunk >= count || proof.length != proofLength(chunk, count)) {
            return false;
        }
        byte[] hash = leaf(data, offset, length);
        byte[] sibling = new byte[Digest.LENGTH];
        int at = 0;
        for (int index = chunk, width = count; width > 1; index >>= 1, width = (width + 1) / 2) {
            if ((index ^ 1) < width) {
                System.arraycopy(proof, at, sibling, 0, Digest.LENGTH);
                at += Digest.LENGTH;
                hash = (index & 1) == 0 ? node(hash, sibling) : node(sibling, hash);
            }
        }
        return Digest.of(hash).equals(root);
    }

    private static byte[] leaf(byte[] data, int offset, int length) {
        MessageDigest sha = Digest.sha256();
        sha.update((byte) 0);
        sha.update(data, offset, length);
        return sha.digest();
    }

    private static byte[] node(byte[] left, byte[] right) {
        MessageDigest sha = Digest.sha256();
        sha.update((byte) 1);
        sha.update(left);
        sha.update(right);
        return sha.digest();
    }
}
