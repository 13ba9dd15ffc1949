package dev.thimble.ota.cbor;

import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads one CBOR array by position. */
public final class Row {
    private final String path;
    private final List<CBORObject> items;
    private int next;

    Row(String path, CBORObject array) {
        this.path = path;
        this.items = Values.array(array, path, 1 << 16);
    }

    public static Row parse(byte[] bytes, String document, int maxBytes) {
        return new Row(document, Cbor.decode(bytes, document, maxBytes));
    }

    public String text(int maxLength) {
        return Values.text(take(), path, maxLength);
    }

    public long uint(long max) {
        return Values.uint(take(), path, max);
    }

    public int count(int max) {
        return (int) uint(max);
    }

    public boolean flag() {
        return Values.flag(take(), path);
    }

    public byte[] bytes(int min, int max) {
        return Values.bytes(take(), path, min, max);
    }

    /** An array of byte strings. */
    public List<byte[]> byteStrings(int maxItems, int min, int max) {
        List<byte[]> strings = new ArrayList<>();
        for (CBORObject item : Values.array(take(), path, maxItems)) {
            strings.add(Values.bytes(item, path + "[" + strings.size() + "]", min, max));
        }
        return strings;
    }

    public List<String> texts(int maxItems, int maxLength) {
        return Values.texts(take(), path, maxItems, maxLength);
    }

    public int[] uints(int maxItems, int max) {
        return Values.uints(take(), path, maxItems, max);
    }

    public <T> List<T> rows(int maxRows, Function<Row, T> read) {
        List<T> rows = new ArrayList<>();
        for (CBORObject item : Values.array(take(), path, maxRows)) {
            rows.add(new Row(path + "[" + rows.size() + "]", item).readAll(read));
        }
        return List.copyOf(rows);
    }

    /** An array within this one, read to its end. */
    public <T> T row(Function<Row, T> read) {
        return new Row(path, take()).readAll(read);
    }

    /** The item must be an empty map, as COSE has it where nothing is unprotected. */
    public void emptyMap() {
        CBORObject item = take();
        if (item.getType() != CBORType.Map || item.size() != 0) {
            throw new MalformedDocumentException(path + ": an empty map is expected");
        }
    }

    public boolean atEnd() {
        return next == items.size();
    }

    /** To be called last: refuses items that nobody asked for. */
    public void end() {
        if (!atEnd()) {
            throw new MalformedDocumentException(path + ": " + items.size() + " items where " + next + " are expected");
        }
    }

    <T> T readAll(Function<Row, T> read) {
        T result = read.apply(this);
        end();
        return result;
    }

    private CBORObject take() {
        if (atEnd()) {
            throw new MalformedDocumentException(path + ": ends after " + next + " items");
        }
        return items.get(next++);
    }
}
