import java.lang.annotation.*

// Jenkins loads a shared library by it.
@Retention(RetentionPolicy.RUNTIME)
@interface Library {
    String[] value()
}
