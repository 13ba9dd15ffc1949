package dev.thimble.ota.trust;

import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import dev.thimble.ota.cbor.Cbor;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.cbor.Row;
import dev.thimble.ota.content.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * COSE_Sign (RFC 9052 §4.1, untagged) with Ed25519: protected content type, payload, and any number
 * of signatures, each with its algorithm and key id protected and nothing unprotected.
 *
 * <p>The content type is part of what is signed, so that no document can pass for one of another kind.
 */
public record Envelope(String contentType, byte[] payload, List<Entry> signatures) {
    private static final int MAX_SIGNATURES = 32;
    private static final CBORObject ALG = CBORObject.FromObject(1);
    private static final CBORObject CONTENT_TYPE = CBORObject.FromObject(3);
    private static final CBORObject KEY_ID = CBORObject.FromObject(4);
    private static final int EDDSA = -8;

    /** One signature and the id of the key that is said to have made it. */
    public record Entry(Digest keyId, byte[] signature) {
    }

    public Envelope {
        signatures = List.copyOf(signatures);
    }

    public static byte[] sign(String contentType, byte[] payload, Collection<SigningKey> keys) {
        return new Envelope(contentType, payload, List.of()).with(keys).encode();
    }

    /** Adds signatures to a document that already has some, as k-of-n signing needs. */
    public static byte[] addSignatures(byte[] envelope, int maxBytes, Collection<SigningKey> keys) {
        return parse(envelope, "envelope", maxBytes).with(keys).encode();
    }

    private Envelope with(Collection<SigningKey> keys) {
        byte[] body = bodyHeader(contentType);
        List<Entry> all = new ArrayList<>(signatures);
        for (SigningKey key : keys) {
            Digest id = key.publicKey().id();
            all.add(new Entry(id, key.sign(toBeSigned(body, signatureHeader(id), payload))));
        }
        return new Envelope(contentType, payload, all);
    }

    public byte[] encode() {
        CBORObject rows = CBORObject.NewArray();
        for (Entry entry : signatures) {
            rows.Add(CBORObject.NewArray().Add(signatureHeader(entry.keyId)).Add(CBORObject.NewMap()).Add(entry.signature));
        }
        return Cbor.encode(CBORObject.NewArray().Add(bodyHeader(contentType)).Add(CBORObject.NewMap()).Add(payload).Add(rows));
    }

    /** Reads the form only; whom to believe is for {@link Trust} to say. */
    public static Envelope parse(byte[] bytes, String document, int maxBytes) {
        Row row = Row.parse(bytes, document, maxBytes);
        byte[] body = row.bytes(1, 256);
        row.emptyMap();
        byte[] payload = row.bytes(1, maxBytes);
        List<Entry> signatures = row.rows(MAX_SIGNATURES, r -> {
            byte[] header = r.bytes(1, 64);
            r.emptyMap();
            return new Entry(keyId(header, document), r.bytes(64, 64));
        });
        row.end();
        return new Envelope(contentType(body, document), payload, signatures);
    }

    /** Which of these keys have validly signed. */
    public List<PublicKey> signers(Collection<PublicKey> candidates) {
        byte[] body = bodyHeader(contentType);
        List<PublicKey> signers = new ArrayList<>();
        for (PublicKey key : candidates) {
            for (Entry entry : signatures) {
                if (entry.keyId.equals(key.id()) && !signers.contains(key)
                        && key.verifies(toBeSigned(body, signatureHeader(key.id()), payload), entry.signature)) {
                    signers.add(key);
                }
            }
        }
        return signers;
    }

    /** Sig_structure of RFC 9052 §4.4, without external data. */
    private static byte[] toBeSigned(byte[] bodyHeader, byte[] signatureHeader, byte[] payload) {
        return Cbor.encode(CBORObject.NewArray().Add("Signature").Add(bodyHeader).Add(signatureHeader)
                .Add(new byte[0]).Add(payload));
    }

    private static byte[] bodyHeader(String contentType) {
        return Cbor.encode(CBORObject.NewMap().Add(CONTENT_TYPE, CBORObject.FromObject(contentType)));
    }

    private static byte[] signatureHeader(Digest keyId) {
        return Cbor.encode(CBORObject.NewMap().Add(ALG, CBORObject.FromObject(EDDSA))
                .Add(KEY_ID, CBORObject.FromObject(keyId.bytes())));
    }

    private static String contentType(byte[] header, String document) {
        CBORObject map = Cbor.decode(header, document + " header", 256);
        CBORObject type = map.getType() == CBORType.Map ? map.get(CONTENT_TYPE) : null;
        if (type == null || type.getType() != CBORType.TextString
                || !Arrays.equals(header, bodyHeader(type.AsString()))) {
            throw new MalformedDocumentException(document + ": the protected header must be the content type and nothing else");
        }
        return type.AsString();
    }

    private static Digest keyId(byte[] header, String document) {
        if (header.length > Digest.LENGTH) {
            Digest id = Digest.of(Arrays.copyOfRange(header, header.length - Digest.LENGTH, header.length));
            if (Arrays.equals(header, signatureHeader(id))) {
                return id;
            }
        }
        throw new MalformedDocumentException(document + ": a signature's header must be EdDSA and a key id of 32 bytes");
    }
}
