package dev.corrosion.spring.listener;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;

/** What a native image must know to call a listener, and to make what it takes of rows. */
final class ListenerReflection implements ReflectiveProcessor {

    private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

    @Override
    public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
        if (element instanceof Method method) {
            hints.registerMethod(method, ExecutableMode.INVOKE);
            ListenerMethod.RowParameter parameter = ListenerMethod.RowParameter.of(method, method.getDeclaringClass());
            if (parameter != null) {
                binding.registerReflectionHints(hints, parameter.rowType());
            }
        }
    }
}
