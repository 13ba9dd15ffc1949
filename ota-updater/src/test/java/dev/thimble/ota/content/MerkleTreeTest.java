package dev.thimble.ota.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
    @Test
    void rootIsTheRecursiveDefinitionOfRfc9162() {
        for (int chunks = 1; chunks <= 70; chunks++) {
            byte[] payload = random(chunks * 16 - 5);
            assertEquals(hash(payload, 0, chunks), MerkleTree.of(payload, 16).root(), chunks + " chunks");
        }
    }

    @Test
    void everyProofProvesItsChunkAndNoOther() {
        for (int chunks : new int[] {1, 2, 3, 5, 8, 13, 33}) {
            byte[] payload = random(chunks * 16);
            MerkleTree tree = MerkleTree.of(payload, 16);
            for (int i = 0; i < chunks; i++) {
                byte[] proof = tree.proof(i);
                for (int j = 0; j < chunks; j++) {
                    assertEquals(i == j, MerkleTree.proves(tree.root(), j, chunks, payload, i * 16, 16, proof), i + " as " + j);
                }
                for (int bit = 0; bit < proof.length * 8; bit += 37) {
                    byte[] wrong = proof.clone();
                    wrong[bit / 8] ^= (byte) (1 << bit % 8);
                    assertFalse(MerkleTree.proves(tree.root(), i, chunks, payload, i * 16, 16, wrong));
                }
                assertFalse(MerkleTree.proves(tree.root(), i, chunks, payload, i * 16, 16, Arrays.copyOf(proof, proof.length + 32)));
            }
            assertFalse(MerkleTree.proves(tree.root(), -1, chunks, payload, 0, 16, new byte[0]));
        }
    }

    /** Without domain separation two hashes side by side would pass for a chunk. */
    @Test
    void innerNodeIsNoChunk() {
        byte[] payload = random(64);
        MerkleTree tree = MerkleTree.of(payload, 32);
        byte[] children = new byte[64];
        System.arraycopy(tree.proof(1), 0, children, 0, 32);
        System.arraycopy(tree.proof(0), 0, children, 32, 32);
        assertTrue(MerkleTree.proves(tree.root(), 0, 2, payload, 0, 32, tree.proof(0)));
        assertFalse(MerkleTree.proves(tree.root(), 0, 1, children, 0, 64, new byte[0]));
    }

    private static Digest hash(byte[] payload, int from, int to) {
        MessageDigest sha = Digest.sha256();
        if (to - from == 1) {
            sha.update((byte) 0);
            sha.update(payload, from * 16, Math.min(16, payload.length - from * 16));
        } else {
            int half = Integer.highestOneBit(to - from - 1);
            sha.update((byte) 1);
            sha.update(hash(payload, from, from + half).bytes());
            sha.update(hash(payload, from + half, to).bytes());
        }
        return Digest.finish(sha);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
