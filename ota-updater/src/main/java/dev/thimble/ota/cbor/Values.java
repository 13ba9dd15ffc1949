package dev.thimble.ota.cbor;

import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import java.util.ArrayList;
import java.util.List;

/** The type and limit checks that {@link Fields} and {@link Row} share. */
final class Values {
    private Values() {
    }

    static String text(CBORObject value, String path, int maxLength) {
        if (value.getType() != CBORType.TextString) {
            throw new MalformedDocumentException(path + ": a text is expected");
        }
        String text = value.AsString();
        if (text.length() > maxLength) {
            throw new MalformedDocumentException(path + ": " + text.length() + " characters, the limit is " + maxLength);
        }
        return text;
    }

    static long uint(CBORObject value, String path, long max) {
        if (value.getType() != CBORType.Integer || !value.AsNumber().CanFitInInt64() || value.AsInt64Value() < 0) {
            throw new MalformedDocumentException(path + ": an unsigned integer is expected");
        }
        long number = value.AsInt64Value();
        if (number > max) {
            throw new MalformedDocumentException(path + ": " + number + " exceeds the limit " + max);
        }
        return number;
    }

    static boolean flag(CBORObject value, String path) {
        if (value.getType() != CBORType.Boolean) {
            throw new MalformedDocumentException(path + ": true or false is expected");
        }
        return value.AsBoolean();
    }

    static byte[] bytes(CBORObject value, String path, int min, int max) {
        if (value.getType() != CBORType.ByteString) {
            throw new MalformedDocumentException(path + ": a byte string is expected");
        }
        byte[] bytes = value.GetByteString();
        if (bytes.length < min || bytes.length > max) {
            throw new MalformedDocumentException(path + ": " + bytes.length + " bytes where " + min + " to " + max + " are expected");
        }
        return bytes.clone();
    }

    static List<CBORObject> array(CBORObject value, String path, int maxItems) {
        if (value.getType() != CBORType.Array || value.size() > maxItems) {
            throw new MalformedDocumentException(path + ": an array of at most " + maxItems + " items is expected");
        }
        return List.copyOf(value.getValues());
    }

    static List<String> texts(CBORObject value, String path, int maxItems, int maxLength) {
        List<String> texts = new ArrayList<>();
        for (CBORObject item : array(value, path, maxItems)) {
            texts.add(text(item, path + "[" + texts.size() + "]", maxLength));
        }
        return List.copyOf(texts);
    }

    static int[] uints(CBORObject value, String path, int maxItems, int max) {
        List<CBORObject> items = array(value, path, maxItems);
        int[] numbers = new int[items.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (int) uint(items.get(i), path + "[" + i + "]", max);
        }
        return numbers;
    }
}
