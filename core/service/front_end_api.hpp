// BankApi as one front end sees it. Every call passes the gate before its use case, and no
// exception leaves it.
#pragma once
#include "core/operations/bank_api.hpp"
#include "core/service/use_cases.hpp"

namespace bank::service {

class FrontEndApi final : public operations::BankApi {
public:
    // All must outlive it.
    FrontEndApi(api::FrontEnd front_end, Context& context, UseCases& use_cases,
                Surroundings const& surroundings)
        : front_end_(front_end),
          context_(context),
          use_cases_(use_cases),
          surroundings_(surroundings) {}

    void call(operations::Operation const& operation, api::Caller const& caller, void* input,
              api::ExportSink const* sink, Reply reply) override;
    api::Readiness readiness() override;

private:
    api::FrontEnd const front_end_;
    Context& context_;
    UseCases& use_cases_;
    Surroundings const& surroundings_;
};

}  // namespace bank::service
