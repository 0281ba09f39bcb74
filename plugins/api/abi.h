/* What a plugin exports: one symbol, `bankd_plugin`, of this type. The loader reads abi_version
 * first and refuses the plugin if it is not its own, before it looks at anything else.
 *
 * Both sides are built from one source tree with one compiler, so C++ types may cross behind the
 * opaque pointers; toolchain says which compiler that was. */
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
    int64_t minimum;         /* Of an integer. */
    int64_t maximum;         /* Of an integer. */
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
    /* Adds to `faults`, a std::vector<bank::plugin::SettingFault>*, all that start() would refuse
     * of `settings`, a bank::plugin::Settings const*, beside types and bounds, which the host
     * looks at. Reads files, but makes, opens and starts nothing that stays. Does not throw.
     * NULL: nothing. */
    void (*check)(void const* settings, void* faults);
} bankd_plugin_entry;

#ifdef __cplusplus
}
#endif

#endif
