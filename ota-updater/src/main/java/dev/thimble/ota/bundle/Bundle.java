package dev.thimble.ota.bundle;

import com.upokecenter.cbor.CBORObject;
import dev.thimble.ota.cbor.Cbor;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.cbor.Row;
import dev.thimble.ota.trust.Trust;
import java.util.ArrayList;
import java.util.List;

/**
 * An update for a device without a network: key sets, an assignment and the modules that it names, in
 * one file. Each part is signed by itself, so that the file needs no signature of its own.
 *
 * @param keySets signed key sets, in the order of their versions; may be empty
 * @param desired signed assignment; empty for none
 */
public record Bundle(List<byte[]> keySets, byte[] desired, List<SignedModule> modules) {
    public static final int MAX_BYTES = 256 << 20;
    private static final String KIND = "thimble-bundle/1";

    public Bundle {
        keySets = List.copyOf(keySets);
        modules = List.copyOf(modules);
    }

    public byte[] encode() {
        CBORObject keys = CBORObject.NewArray();
        keySets.forEach(keys::Add);
        CBORObject files = CBORObject.NewArray();
        modules.forEach(module -> files.Add(module.encode()));
        return Cbor.encode(CBORObject.NewArray().Add(KIND).Add(keys).Add(desired).Add(files));
    }

    /** Reads a bundle; a single module file counts as a bundle of one without an assignment. */
    public static Bundle decode(byte[] bytes) {
        Row row = Row.parse(bytes, "bundle", MAX_BYTES);
        if (!row.text(32).equals(KIND)) {
            return new Bundle(List.of(), new byte[0], List.of(SignedModule.decode(bytes)));
        }
        List<byte[]> keys = row.byteStrings(1024, 1, Trust.MAX_ROOT);
        byte[] desired = row.bytes(0, Trust.MAX_DESIRED);
        List<SignedModule> modules = new ArrayList<>();
        for (byte[] file : row.byteStrings(64, 1, SignedModule.MAX_BYTES)) {
            modules.add(SignedModule.decode(file));
        }
        row.end();
        if (keys.isEmpty() && desired.length == 0 && modules.isEmpty()) {
            throw new MalformedDocumentException("bundle: it is empty");
        }
        return new Bundle(keys, desired, modules);
    }
}
