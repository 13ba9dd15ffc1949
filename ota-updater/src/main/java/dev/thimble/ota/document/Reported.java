package dev.thimble.ota.document;

import com.upokecenter.cbor.CBORObject;
import dev.thimble.ota.cbor.Cbor;
import dev.thimble.ota.cbor.Fields;
import dev.thimble.ota.cbor.Row;
import dev.thimble.ota.content.Digest;
import java.util.List;

/**
 * What is: the device's retained answer to {@link Desired}.
 *
 * @param generation of the last accepted assignment, 0 before the first
 * @param development whether the device accepts development keys
 * @param refusal why the last assignment as a whole was refused, empty if it was not
 */
public record Reported(String device, long generation, boolean development, String refusal, List<Module> modules) {
    public static final int MAX_BYTES = 64 << 10;
    /** Begins the {@code refusal} of an assignment that the device's keys do not vouch for. */
    public static final String SIGNATURE_REFUSED = "signature refused: ";

    public Reported {
        modules = List.copyOf(modules);
    }

    /**
     * @param running manifest digest of the release that runs, null for none
     * @param sequence of the release that runs, 0 for none
     * @param wanted manifest digest of the release under way or refused, null for none
     * @param percent of the download, in steps of ten
     * @param error what went wrong last, null for nothing
     * @param text every reason, one a line; empty for nothing
     * @param retrySeconds until the next attempt, as of this report; 0 if none is planned
     */
    public record Module(String name, Digest running, long sequence, Phase phase, Digest wanted, int percent,
                         ErrorClass error, String text, long retrySeconds) {
    }

    public byte[] encode() {
        CBORObject rows = CBORObject.NewArray();
        for (Module m : modules) {
            rows.Add(CBORObject.NewArray().Add(m.name()).Add(bytes(m.running())).Add(m.sequence())
                    .Add(Names.text(m.phase())).Add(bytes(m.wanted())).Add(m.percent())
                    .Add(m.error() == null ? "" : Names.text(m.error())).Add(m.text()).Add(m.retrySeconds()));
        }
        return Cbor.encode(CBORObject.NewMap().Add("device", device).Add("generation", generation)
                .Add("development", development).Add("refusal", refusal).Add("modules", rows));
    }

    public static Reported decode(byte[] bytes) {
        Fields f = Fields.parse(bytes, "reported", MAX_BYTES);
        Reported reported = new Reported(f.text("device", Names.MAX), f.uint("generation", Long.MAX_VALUE),
                f.flag("development"), f.text("refusal", MAX_BYTES), f.rows("modules", Desired.MAX_MODULES * 2, Reported::module));
        f.end();
        return reported;
    }

    private static Module module(Row row) {
        String name = row.text(Names.MAX);
        Digest running = digest(row.bytes(0, Digest.LENGTH));
        long sequence = row.uint(Long.MAX_VALUE);
        Phase phase = Names.constant(Phase.class, row.text(16));
        Digest wanted = digest(row.bytes(0, Digest.LENGTH));
        int percent = row.count(100);
        String error = row.text(16);
        return new Module(name, running, sequence, phase, wanted, percent,
                error.isEmpty() ? null : Names.constant(ErrorClass.class, error), row.text(MAX_BYTES), row.uint(Long.MAX_VALUE));
    }

    private static byte[] bytes(Digest digest) {
        return digest == null ? new byte[0] : digest.bytes();
    }

    private static Digest digest(byte[] bytes) {
        return bytes.length == 0 ? null : Names.digest(bytes);
    }
}
