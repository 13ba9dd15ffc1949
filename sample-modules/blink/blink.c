/* The smallest useful module: toggles "led" at every tick. */
#include "thimble.h"

static int32_t led;

THIMBLE_ON_INIT(reason) {
    (void)reason;
    led = thimble_gpio_open(THIMBLE_TEXT("led"), THIMBLE_GPIO_OUT, 0);
    return led < 0 ? led : 0;
}

THIMBLE_ON_TICK(now_ms) {
    (void)now_ms;
    thimble_gpio_toggle(led);
}
