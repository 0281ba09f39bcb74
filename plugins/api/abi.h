/* The entry of a plugin, exported as the symbol `bankd_plugin`. The loader checks abi_version
 * first, and rejects the plugin on a mismatch before it reads anything else.
 *
 * Both sides are built from one source tree with one compiler, so C++ types may cross behind the
 * opaque pointers; toolchain identifies the compiler. */
#ifndef BANKD_PLUGIN_ABI_H
#define BANKD_PLUGIN_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BANKD_PLUGIN_ABI_VERSION 3u
#define BANKD_PLUGIN_TOOLCHAIN "gcc " __VERSION__

typedef enum {
    BANKD_SETTING_TEXT,
    BANKD_SETTING_INTEGER,
    BANKD_SETTING_BOOLEAN,
    BANKD_SETTING_PATH
} bankd_setting_type;

/* One key of the plugin's own section of bankd.conf, "[<name>]". */
typedef struct {
    char const* key;
    bankd_setting_type type;
    char const* default_value;
    int64_t minimum;         /* For an integer. */
    int64_t maximum;         /* For an integer. */
    char const* description; /* One or more sentences, for the generated reference. */
} bankd_setting;

typedef struct {
    uint32_t abi_version;  /* BANKD_PLUGIN_ABI_VERSION */
    char const* toolchain; /* BANKD_PLUGIN_TOOLCHAIN */
    char const* name;      /* Also the name of the section and of the file, bankd-<name>.so. */
    bankd_setting const* settings;
    size_t setting_count;

    /* A new bank::plugin::Plugin as void*, or NULL. `host` is a bank::plugin::Host that outlives
     * it. Does not throw, start threads or open anything. */
    void* (*create)(void* host);
    /* After stop(). */
    void (*destroy)(void* plugin);
    /* Adds to `faults`, a std::vector<bank::plugin::SettingFault>*, everything in `settings`, a
     * bank::plugin::Settings const*, that start() would reject, except types and bounds, which the
     * host checks. Reads files, but creates, opens and starts nothing that outlives the call. Does
     * not throw. NULL: no checks. */
    void (*check)(void const* settings, void* faults);
} bankd_plugin_entry;

#ifdef __cplusplus
}
#endif

#endif
