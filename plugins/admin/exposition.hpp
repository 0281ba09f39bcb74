// The figures of the bank as Prometheus reads them.
#pragma once
#include <string>

#include "core/api/metrics.hpp"

namespace bank::admin {

// Of the text below. Prometheus, "Exposition formats", text format version 0.0.4.
inline constexpr char const* exposition_type = "text/plain; version=0.0.4; charset=utf-8";

// Each metric that `metrics` has, in the order of metrics.def, with its help and type. What does
// not fit its metric is left out.
[[nodiscard]] std::string expose(api::Metrics const& metrics);

}  // namespace bank::admin
