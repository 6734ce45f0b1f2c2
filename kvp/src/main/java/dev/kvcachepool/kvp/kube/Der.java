package dev.kvcachepool.kvp.kube;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;

/** As much of ASN.1's distinguished encoding (X.690) as it takes to put older forms of keys into PKCS#8. Pure. */
final class Der {
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    /** Context-specific and constructed, number 0: the curve in a key of SEC 1. */
    private static final int PARAMETERS = 0xa0;

    private static final int LONG_FORM = 0x80;
    private static final byte[] VERSION = {0x02, 0x01, 0x00};

    private Der() {}

    /** PrivateKeyInfo (RFC 5208). */
    static byte[] keyOf(byte[] algorithm, byte[] key) {
        return sequence(VERSION, algorithm, tagged(OCTET_STRING, key));
    }

    static byte[] sequence(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return tagged(SEQUENCE, out.toByteArray());
    }

    /** Of an ECPrivateKey (RFC 5915), whose third element has it. */
    static byte[] curveOf(byte[] key) {
        int at = content(key, 0);
        while (at < key.length && (key[at] & 0xff) != PARAMETERS) {
            at = content(key, at) + length(key, at);
        }
        if (at >= key.length) {
            throw new IllegalArgumentException("has a key of a curve that it does not name");
        }
        int from = content(key, at);
        return Arrays.copyOfRange(key, from, from + length(key, at));
    }

    /** Where the content of the element at {@code at} begins. */
    private static int content(byte[] der, int at) {
        int first = first(der, at);
        return at + 2 + (first < LONG_FORM ? 0 : first - LONG_FORM);
    }

    private static int length(byte[] der, int at) {
        int first = first(der, at);
        if (first < LONG_FORM) {
            return first;
        }
        int to = content(der, at);
        int length = to > der.length ? -1 : new BigInteger(1, Arrays.copyOfRange(der, at + 2, to)).intValue();
        if (length < 0 || length > der.length) {
            throw new IllegalArgumentException("has a key that is cut off");
        }
        return length;
    }

    private static int first(byte[] der, int at) {
        if (at + 1 >= der.length) {
            throw new IllegalArgumentException("has a key that is cut off");
        }
        return der[at + 1] & 0xff;
    }

    private static byte[] tagged(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < LONG_FORM) {
            out.write(content.length);
        } else {
            var length = BigInteger.valueOf(content.length).toByteArray();
            int skip = length[0] == 0 ? 1 : 0;
            out.write(LONG_FORM | (length.length - skip));
            out.write(length, skip, length.length - skip);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
