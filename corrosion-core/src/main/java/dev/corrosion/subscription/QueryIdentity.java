package dev.corrosion.subscription;

import dev.corrosion.query.Evaluation;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlToken.Kind;
import dev.corrosion.store.SqlTokenizer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What makes two queries the same: their tokens, however they are spaced, commented and, but for what is quoted, in upper or
 * lower case; the values of their parameters; and the names of their columns, which may be pieces of the text as written.
 *
 * @param packed all of that
 * @param durable whether it is followed as a durable query, apart from one that is not
 */
record QueryIdentity(ByteBuffer packed, boolean durable) {

    static QueryIdentity of(Evaluation evaluation, boolean durable) {
        String text = SqlTokenizer.tokenize(evaluation.analysis().sql()).stream()
                .map(QueryIdentity::normal)
                .collect(Collectors.joining(" "));
        byte[] packed = PackedValues.pack(List.of(
                text,
                PackedValues.pack(evaluation.parameters()),
                PackedValues.pack(evaluation.analysis().columns())));
        return new QueryIdentity(ByteBuffer.wrap(packed).asReadOnlyBuffer(), durable);
    }

    private static String normal(SqlToken token) {
        return token.kind() == Kind.WORD ? token.text().toLowerCase(Locale.ROOT) : token.text();
    }

    byte[] bytes() {
        byte[] bytes = new byte[packed.remaining()];
        packed.duplicate().get(bytes);
        return bytes;
    }
}
