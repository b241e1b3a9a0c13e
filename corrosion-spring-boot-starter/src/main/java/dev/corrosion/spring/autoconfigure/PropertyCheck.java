package dev.corrosion.spring.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/** Refuses values that cannot be, with the name of the property; Spring Boot then says where it was set. */
final class PropertyCheck {

    private final String prefix;

    PropertyCheck(String prefix) {
        this.prefix = prefix;
    }

    PropertyCheck positive(String name, Duration value) {
        return require(!value.isNegative() && !value.isZero(), name, value, "must be longer than nothing");
    }

    PropertyCheck notNegative(String name, Duration value) {
        return require(!value.isNegative(), name, value, "must not be negative");
    }

    PropertyCheck atMost(String name, Duration value, String limitName, Duration limit) {
        return require(
                value.compareTo(limit) <= 0,
                name,
                value,
                "must not be longer than " + prefix + limitName + ", which is " + limit);
    }

    PropertyCheck atLeast(String name, long value, long least) {
        return require(value >= least, name, value, "must be at least " + least);
    }

    PropertyCheck atMost(String name, long value, long most) {
        return require(value <= most, name, value, "must be at most " + most);
    }

    PropertyCheck atLeast(String name, DataSize value, DataSize least) {
        return require(value.compareTo(least) >= 0, name, value, "must be at least " + least);
    }

    PropertyCheck atMostBytes(String name, String value, int most) {
        return require(
                value.getBytes(StandardCharsets.UTF_8).length <= most,
                name,
                value,
                "must be at most " + most + " bytes long in UTF-8");
    }

    PropertyCheck require(boolean right, String name, Object value, String rule) {
        if (!right) {
            throw new InvalidConfigurationPropertyValueException(prefix + name, value, "It " + rule + ".");
        }
        return this;
    }
}
