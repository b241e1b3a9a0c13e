package dev.corrosion.store;

/**
 * A piece of SQL.
 *
 * @param kind what it is
 * @param text as written
 * @param start offset of its first character in the SQL
 */
public record SqlToken(Kind kind, String text, int start) {

    /** Kinds of tokens, as far as anyone here must tell them apart. */
    public enum Kind {
        /** A keyword or a plain name. */
        WORD,
        /** A name in double quotes, back quotes or brackets. */
        QUOTED,
        /** A text or blob literal. */
        LITERAL,
        NUMBER,
        /** {@code ?}, {@code ?1}, {@code :name}, {@code @name} or {@code $name}. */
        PARAMETER,
        /** The end of a statement. */
        SEMICOLON,
        /** Any other character. */
        SYMBOL
    }

    /** Offset behind its last character. */
    public int end() {
        return start + text.length();
    }

    public boolean is(String word) {
        return kind != Kind.QUOTED && kind != Kind.LITERAL && text.equalsIgnoreCase(word);
    }

    /** A name without its quotes. */
    public String name() {
        if (kind != Kind.QUOTED) {
            return text;
        }
        String inner = text.substring(1, text.length() - 1);
        char quote = text.charAt(0);
        return quote == '[' ? inner : inner.replace("" + quote + quote, "" + quote);
    }
}
