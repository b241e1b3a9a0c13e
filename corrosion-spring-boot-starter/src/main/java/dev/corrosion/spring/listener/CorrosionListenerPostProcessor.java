package dev.corrosion.spring.listener;

import dev.corrosion.Statement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanExpressionContext;
import org.springframework.beans.factory.config.BeanExpressionResolver;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.stereotype.Component;

/**
 * Finds methods with {@link CorrosionListener}. They are only collected while beans are made, so that looking for them
 * does not make the node before its time, and added when all singletons are there.
 */
public final class CorrosionListenerPostProcessor implements BeanPostProcessor, SmartInitializingSingleton {

    private final ConfigurableListableBeanFactory beans;
    private final Set<Class<?>> withoutListeners = ConcurrentHashMap.newKeySet();
    private final List<Runnable> found = new ArrayList<>();
    private boolean complete;

    /** Adds what it finds to the one bean of type {@link CorrosionListeners}. */
    public CorrosionListenerPostProcessor(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
        if (!withoutListeners.contains(type) && isCandidate(type)) {
            Map<Method, CorrosionListener> methods = MethodIntrospector.selectMethods(
                    type, (MethodIntrospector.MetadataLookup<@Nullable CorrosionListener>)
                            method -> AnnotatedElementUtils.findMergedAnnotation(method, CorrosionListener.class));
            if (methods.isEmpty()) {
                withoutListeners.add(type);
            }
            methods.forEach((method, annotation) -> found(bean, beanName, type, method, annotation));
        }
        return bean;
    }

    /** Spring's own beans, of which there are hundreds, have none; what looks like one may be an application's component. */
    private static boolean isCandidate(Class<?> type) {
        return AnnotationUtils.isCandidateClass(type, CorrosionListener.class)
                && (!type.getName().startsWith("org.springframework.")
                        || AnnotatedElementUtils.isAnnotated(type, Component.class));
    }

    private void found(Object bean, String beanName, Class<?> type, Method method, CorrosionListener annotation) {
        ListenerMethod listener = ListenerMethod.of(bean, type, method);
        if (beans.containsBeanDefinition(beanName) && !beans.isSingleton(beanName)) {
            throw new InvalidListenerException(
                    listener.name(),
                    "its bean " + beanName + " is not a singleton, so nobody knows which to call",
                    null);
        }
        Runnable add = () -> beans.getBean(CorrosionListeners.class).add(listener, query(listener, annotation));
        if (!keep(add)) {
            add.run();
        }
    }

    private synchronized boolean keep(Runnable add) {
        return !complete && found.add(add);
    }

    /** Adds them without the lock, since that may make beans, and others may be made meanwhile. */
    @Override
    public void afterSingletonsInstantiated() {
        complete().forEach(Runnable::run);
    }

    private synchronized List<Runnable> complete() {
        complete = true;
        List<Runnable> all = List.copyOf(found);
        found.clear();
        return all;
    }

    private Statement query(ListenerMethod listener, CorrosionListener annotation) {
        try {
            String sql = Objects.requireNonNull(beans.resolveEmbeddedValue(annotation.value()));
            @Nullable Object[] values =
                    Arrays.stream(annotation.parameters()).map(this::resolve).toArray();
            return Statement.of(sql, values);
        } catch (RuntimeException e) {
            throw new InvalidListenerException(listener.name(), String.valueOf(e.getMessage()), e);
        }
    }

    private @Nullable Object resolve(String value) {
        String text = beans.resolveEmbeddedValue(value);
        BeanExpressionResolver expressions = beans.getBeanExpressionResolver();
        return expressions == null ? text : expressions.evaluate(text, context(beans));
    }

    private static BeanExpressionContext context(ConfigurableBeanFactory beans) {
        return new BeanExpressionContext(beans, null);
    }
}
