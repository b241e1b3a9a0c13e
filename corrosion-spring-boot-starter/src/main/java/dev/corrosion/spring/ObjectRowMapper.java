package dev.corrosion.spring;

import dev.corrosion.Row;
import java.beans.PropertyDescriptor;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.core.ResolvableType;

/**
 * Maps rows by column name, through the constructor first and then the setters of what is left, so that records, beans
 * and anything between work.
 *
 * <p>Which column goes where is worked out once per result: the rows of a result share their column list.
 */
final class ObjectRowMapper<T> implements RowMapper<T> {

    private final Class<T> type;
    private final CorrosionConversions conversions;
    private final Constructor<T> constructor;
    private final List<Target> parameters;
    private final List<Target> properties;
    private volatile @Nullable Plan plan;

    ObjectRowMapper(Class<T> type, CorrosionConversions conversions) {
        this.type = type;
        this.conversions = conversions;
        this.constructor = BeanUtils.getResolvableConstructor(type);
        this.parameters = parameters(type, constructor);
        this.properties = type.isRecord() ? List.of() : properties(type, parameters);
    }

    @Override
    public T map(Row row) {
        Plan current = planFor(row.columns());
        @Nullable Object[] arguments = new Object[parameters.size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = value(row, current.parameterColumns()[i], parameters.get(i));
        }
        T object = BeanUtils.instantiateClass(constructor, arguments);
        if (current.settable().length > 0) {
            BeanWrapper wrapper = PropertyAccessorFactory.forBeanPropertyAccess(object);
            for (int property : current.settable()) {
                Target target = properties.get(property);
                wrapper.setPropertyValue(target.name(), value(row, current.propertyColumns()[property], target));
            }
        }
        return object;
    }

    private @Nullable Object value(Row row, int column, Target target) {
        Object value = RowMappers.convert(row, column, target.type(), conversions);
        if (value == null && target.type().toClass().isPrimitive()) {
            throw new RowMappingException("column " + row.columns().get(column) + " is NULL but " + target.name()
                    + " of " + type.getSimpleName() + " is a "
                    + target.type().toClass().getName()
                    + ": declare it as an object type or use COALESCE");
        }
        return value;
    }

    /**
     * Where columns of these names go.
     *
     * @throws RowMappingException if something has no column
     */
    Plan planFor(List<String> columns) {
        Plan current = plan;
        if (current == null
                || !(current.columns() == columns || current.columns().equals(columns))) {
            current = plan(columns);
            plan = current;
        }
        return current;
    }

    private Plan plan(List<String> columns) {
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            byName.putIfAbsent(normalised(columns.get(i)), i);
        }
        int[] parameterColumns =
                parameters.stream().mapToInt(p -> require(p, byName, columns)).toArray();
        int[] propertyColumns = properties.stream()
                .mapToInt(p -> byName.getOrDefault(normalised(p.name()), -1))
                .toArray();
        int[] settable = IntStream.range(0, propertyColumns.length)
                .filter(i -> propertyColumns[i] >= 0)
                .toArray();
        if (parameterColumns.length == 0 && settable.length == 0) {
            throw new RowMappingException(type.getSimpleName() + " has no property for any of the columns " + columns);
        }
        return new Plan(columns, parameterColumns, propertyColumns, settable);
    }

    private int require(Target parameter, Map<String, Integer> byName, List<String> columns) {
        Integer column = byName.get(normalised(parameter.name()));
        if (column == null) {
            throw new RowMappingException("no column for " + parameter.name() + " of " + type.getSimpleName()
                    + "; the query has " + columns + ": select it, or rename it with AS");
        }
        return column;
    }

    private static List<Target> parameters(Class<?> type, Constructor<?> constructor) {
        if (type.isRecord()) {
            return Stream.of(type.getRecordComponents())
                    .map((RecordComponent c) -> new Target(c.getName(), ResolvableType.forType(c.getGenericType())))
                    .toList();
        }
        if (constructor.getParameterCount() == 0) {
            return List.of();
        }
        @Nullable String[] names = BeanUtils.getParameterNames(constructor);
        List<Target> targets = new ArrayList<>(names.length);
        for (int i = 0; i < names.length; i++) {
            targets.add(new Target(
                    Objects.requireNonNull(names[i], "compile with -parameters"),
                    ResolvableType.forConstructorParameter(constructor, i)));
        }
        return List.copyOf(targets);
    }

    private static List<Target> properties(Class<?> type, List<Target> taken) {
        List<String> names =
                taken.stream().map(target -> normalised(target.name())).toList();
        return Arrays.stream(BeanUtils.getPropertyDescriptors(type))
                .filter(property -> !names.contains(normalised(property.getName())))
                .flatMap(ObjectRowMapper::settable)
                .toList();
    }

    private static Stream<Target> settable(PropertyDescriptor property) {
        Method setter = property.getWriteMethod();
        return setter == null
                ? Stream.empty()
                : Stream.of(new Target(property.getName(), ResolvableType.forMethodParameter(setter, 0)));
    }

    /** {@code created_at}, {@code CREATEDAT} and {@code createdAt} are the same name. */
    private static String normalised(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** A constructor parameter or a property. */
    private record Target(String name, ResolvableType type) {}

    /** Where the columns of a result go; {@code settable} are the indexes of the properties that have a column. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves this class
    record Plan(List<String> columns, int[] parameterColumns, int[] propertyColumns, int[] settable) {}
}
