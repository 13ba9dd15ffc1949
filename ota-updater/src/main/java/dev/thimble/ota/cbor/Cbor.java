package dev.thimble.ota.cbor;

import com.upokecenter.cbor.CBOREncodeOptions;
import com.upokecenter.cbor.CBORException;
import com.upokecenter.cbor.CBORObject;

/**
 * Deterministic CBOR, the only form that is written and the only one that is accepted.
 *
 * <p>The form is CTAP2 canonical CBOR (FIDO CTAP 2.1 §8), which for our documents coincides with the
 * core deterministic encoding of RFC 8949 §4.2.1: shortest heads, definite lengths, sorted keys
 * without duplicates, no tags, four levels of nesting at most, nothing after the item.
 */
public final class Cbor {
    private static final CBOREncodeOptions DETERMINISTIC =
            new CBOREncodeOptions("ctap2canonical=true;allowduplicatekeys=false;resolvereferences=false");

    private Cbor() {
    }

    /** @throws MalformedDocumentException if the bytes are not exactly one item in deterministic form */
    public static CBORObject decode(byte[] bytes, String document, int maxBytes) {
        if (bytes.length > maxBytes) {
            throw new MalformedDocumentException(document + ": " + bytes.length + " bytes, the limit is " + maxBytes);
        }
        try {
            return CBORObject.DecodeFromBytes(bytes, DETERMINISTIC);
        } catch (CBORException e) {
            throw new MalformedDocumentException(document + ": not one item of deterministic CBOR: " + e.getMessage(), e);
        }
    }

    public static byte[] encode(CBORObject item) {
        return item.EncodeToBytes(DETERMINISTIC);
    }
}
