package dev.corrosion.spring.listener;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * Calls a method of a bean with what becomes of a query's result, from when the application has started until it begins to
 * stop. The method takes one parameter:
 *
 * <ul>
 *   <li>{@code Change<T>}: each row that is there at the start as an INSERT, then each change. If the method fails it is
 *       called with the same change again until it does not; the next change waits. If it falls far behind it gets the
 *       latest of each row instead of each change.
 *   <li>{@code List<T>}: the whole result, at the start and whenever it has changed. If the method is slow or fails, it is
 *       called next with the latest.
 * </ul>
 *
 * <p>{@code T} is a record, a bean, a simple type or {@link dev.corrosion.Row}, as for {@link
 * dev.corrosion.spring.CorrosionTemplate}. One call at a time for each method, on threads that may block. A method that
 * returns a {@link org.reactivestreams.Publisher} has done its work when that completes. After each restart it starts
 * anew, so what it does should bear to be done twice.
 *
 * <p>Failures are logged and tried again, with waits from {@code corrosion.listener.first-retry} to {@code .last-retry};
 * nothing is left out. A method that wants to give a change up catches its exceptions. A query that cannot be followed, and
 * columns that do not fit {@code T}, fail the start of the application.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Reflective(ListenerReflection.class)
public @interface CorrosionListener {

    /** The query, with positional parameters if any. Placeholders, <code>${...}</code>, are resolved. */
    String value();

    /**
     * The values of its parameters, in order. Placeholders, <code>${...}</code>, and expressions, <code>#{...}</code>, are
     * resolved; all but the results of expressions are text, which SQLite compares with a number column as a number.
     */
    String[] parameters() default {};
}
