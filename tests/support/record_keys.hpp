// Record keys of tests.
#pragma once
#include "core/audit/record_keys.hpp"

namespace bank::test {

// One for the whole process, so that the daemons of a test share it.
inline audit::RecordKeys const& record_keys() {
    static audit::RecordKeys const keys =
        audit::RecordKeys::read("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n").value();
    return keys;
}

// For tests of other things than MACs, whose records are written in plain SQL.
class TrustingVerifier final : public audit::RecordVerifier {
public:
    [[nodiscard]] bool verify(audit::RecordMac const* /*mac*/, std::uint64_t /*xid*/,
                              BytesView /*leaves*/) const override {
        return true;
    }
};

}  // namespace bank::test
