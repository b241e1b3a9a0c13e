package dev.corrosion.spring.actuate;

import dev.corrosion.TableStatus;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * {@link TableStatus} as plain values.
 *
 * @param rows null if they could not be counted in time
 * @param tombstones null as above
 * @param digest null if it was not asked for or not done in time
 * @param note null if all was done
 */
public record TableView(
        String name,
        @Nullable Long rows,
        @Nullable Long tombstones,
        @Nullable String digest,
        @Nullable String note) {

    static List<TableView> of(List<TableStatus> tables) {
        return tables.stream().map(TableView::of).toList();
    }

    static TableView of(TableStatus table) {
        return new TableView(
                table.name(),
                number(table.rows()),
                number(table.tombstones()),
                text(table.digest()),
                text(table.note()));
    }

    private static @Nullable Long number(OptionalLong number) {
        return number.isPresent() ? (Long) number.getAsLong() : null;
    }

    private static @Nullable String text(String text) {
        return text.isEmpty() ? null : text;
    }
}
