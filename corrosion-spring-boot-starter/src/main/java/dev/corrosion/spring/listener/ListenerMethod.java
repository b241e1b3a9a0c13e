package dev.corrosion.spring.listener;

import dev.corrosion.Row;
import dev.corrosion.spring.Change;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;
import reactor.core.publisher.Mono;

/**
 * What is called.
 *
 * @param name for people
 * @param takesChanges whether it wants each change, instead of the whole result
 * @param rowType what a row is to become
 */
record ListenerMethod(String name, Object bean, Method method, boolean takesChanges, Class<?> rowType) {

    /**
     * Looks at a method.
     *
     * @throws InvalidListenerException if its parameters are not those of a listener
     */
    static ListenerMethod of(Object bean, Class<?> targetType, Method declared) {
        String name = name(targetType, declared);
        RowParameter parameter = RowParameter.of(declared, targetType);
        if (parameter == null) {
            throw new InvalidListenerException(
                    name,
                    "it must have one parameter, Change<T> for each change or List<T> for the whole result",
                    null);
        }
        try {
            Method invocable = AopUtils.selectInvocableMethod(declared, bean.getClass());
            ReflectionUtils.makeAccessible(invocable);
            return new ListenerMethod(name, bean, invocable, parameter.isChange(), parameter.rowType());
        } catch (IllegalStateException e) { // says what to do about the proxy
            throw new InvalidListenerException(name, String.valueOf(e.getMessage()), e);
        }
    }

    static String name(Class<?> type, Method method) {
        StringBuilder name = new StringBuilder(type.getName())
                .append('.')
                .append(method.getName())
                .append('(');
        for (Class<?> parameter : method.getParameterTypes()) {
            name.append(name.charAt(name.length() - 1) == '(' ? "" : ", ").append(parameter.getSimpleName());
        }
        return name.append(')').toString();
    }

    /** Calls it and, if it returns a publisher, waits for that. The error is the one that it threw. */
    Mono<Void> call(Object argument) {
        return Mono.defer(() -> invoke(argument) instanceof Publisher<?> work ? Mono.when(work) : Mono.empty());
    }

    private @Nullable Object invoke(Object argument) {
        try {
            return method.invoke(bean, argument);
        } catch (InvocationTargetException e) {
            ReflectionUtils.rethrowRuntimeException(e.getTargetException());
            throw new IllegalStateException(e); // not reached: the line before always throws
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(name + " cannot be called", e);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** The one parameter of a listener. */
    record RowParameter(boolean isChange, Class<?> rowType) {

        /** Null if it is not one. */
        static @Nullable RowParameter of(Method method, Class<?> targetType) {
            if (method.getParameterCount() != 1) {
                return null;
            }
            ResolvableType type = ResolvableType.forMethodParameter(method, 0, targetType);
            Class<?> raw = type.toClass();
            if (raw != Change.class && raw != List.class) {
                return null;
            }
            return new RowParameter(raw == Change.class, type.getGeneric(0).resolve(Row.class));
        }
    }
}
