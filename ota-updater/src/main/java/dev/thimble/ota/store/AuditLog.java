package dev.thimble.ota.store;

import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.content.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The device's own account of its updates: records of {length (2), CBOR}, each with the digest of the
 * one before, so that none can be changed or dropped unseen. A torn last record is cut off at opening.
 */
public final class AuditLog {
    private static final String FILE = "audit.log";
    private static final String OLD = "audit.old";
    private static final int MAX_TEXT = 4096;

    private final FileSystem files;
    private final long maxBytes;
    private long size;
    private long number;
    private Digest last = AuditRecord.BEGINNING;

    private AuditLog(FileSystem files, long maxBytes) {
        this.files = files;
        this.maxBytes = maxBytes;
    }

    /** @param maxBytes at which the log is put aside and a new one goes on with its chain; the one put aside before is deleted */
    public static AuditLog open(FileSystem files, long maxBytes) throws IOException {
        AuditLog log = new AuditLog(files, maxBytes);
        log.follow(log.records(OLD));
        List<AuditRecord> records = log.records(FILE);
        log.follow(records);
        log.size = records.stream().mapToLong(r -> 2 + r.encode().length).sum();
        if (files.size(FILE) > log.size) {
            files.truncate(FILE, log.size);
            files.sync(FILE);
        }
        return log;
    }

    private void follow(List<AuditRecord> records) {
        if (!records.isEmpty()) {
            number = records.getLast().number();
            last = records.getLast().digest();
        }
    }

    /** Appends durably. When it throws, the record is lost, and the next one takes its number and place in the chain. */
    public AuditRecord append(long seconds, String module, String what) throws IOException {
        String text = what.length() > MAX_TEXT ? what.substring(0, MAX_TEXT) : what;
        AuditRecord record = new AuditRecord(number + 1, Math.max(0, seconds), module, text, last);
        byte[] bytes = record.encode();
        if (size + bytes.length + 2 > maxBytes && size > 0) {
            files.rename(FILE, OLD);
            files.syncDirectory("");
            size = 0;
        }
        files.write(FILE, size, ByteBuffer.allocate(bytes.length + 2).putShort((short) bytes.length).put(bytes).array());
        boolean fresh = size == 0;
        files.sync(FILE);
        if (fresh) {
            files.syncDirectory("");
        }
        size += bytes.length + 2;
        number = record.number();
        last = record.digest();
        return record;
    }

    /** How many records there have ever been. */
    public long count() {
        return number;
    }

    /** The record that {@link #append} would have written, for when it could not. */
    public AuditRecord unwritten(long seconds, String module, String what) {
        return new AuditRecord(number + 1, Math.max(0, seconds), module, what, last);
    }

    /** The records that are still kept, oldest first, as far as they are whole and chained. */
    public List<AuditRecord> records() throws IOException {
        List<AuditRecord> records = new ArrayList<>(records(OLD));
        records.addAll(records(FILE));
        return records;
    }

    private List<AuditRecord> records(String file) throws IOException {
        List<AuditRecord> records = new ArrayList<>();
        if (files.size(file) < 0) {
            return records;
        }
        byte[] bytes = files.read(file);
        int at = 0;
        while (at + 2 <= bytes.length) {
            int length = ByteBuffer.wrap(bytes).getShort(at);
            if (length <= 0 || at + 2 + length > bytes.length) {
                break;
            }
            try {
                AuditRecord record = AuditRecord.decode(Arrays.copyOfRange(bytes, at + 2, at + 2 + length));
                if (!records.isEmpty() && !record.before().equals(records.getLast().digest())) {
                    break;
                }
                records.add(record);
            } catch (MalformedDocumentException torn) {
                break;
            }
            at += 2 + length;
        }
        return records;
    }
}
