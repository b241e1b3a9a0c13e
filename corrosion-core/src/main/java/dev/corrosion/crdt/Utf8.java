package dev.corrosion.crdt;

/** Sizes of text as it is stored and sent. */
final class Utf8 {

    private Utf8() {}

    /** How many bytes the text takes in UTF-8, without encoding it. */
    static int length(String text) {
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                length += 1;
            } else if (c < 0x800 || Character.isSurrogate(c)) {
                length += 2; // two surrogates make one character of four bytes
            } else {
                length += 3;
            }
        }
        return length;
    }
}
