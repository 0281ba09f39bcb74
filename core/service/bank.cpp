#include "core/service/bank.hpp"

#include "core/base/bytes.hpp"
#include "core/base/log.hpp"
#include "core/crypto/hmac.hpp"
#include "core/jobs/runner.hpp"
#include "core/ledger/posting_lanes.hpp"
#include "core/service/context.hpp"
#include "core/service/front_end_api.hpp"

namespace bank::service {
namespace {

access::Authenticator::Settings authenticator_settings(Settings const& settings) {
    return {.access_token_lifetime = settings.access_token_lifetime,
            .session_lifetime = settings.session_lifetime,
            .local_access = {settings.local_admin_uids, settings.local_admin_group}};
}

// The lanes' alarm becomes a record of its own: the batch that raised it left none.
ledger::PostingLanes::Alarm alarm(audit::AuditStore& audit, Meters& meters) {
    return [&audit, &meters](ledger::TransferOrder const& order, Error const& error) {
        meters.ledger_alarms.add();
        log::error("ledger", "SQL and the engine disagree: {}", error.detail);
        auto const written = audit.record({.action = audit::Action::ledger_alarm,
                                           .outcome = error.code,
                                           .source = order.acting.source,
                                           .session = order.acting.session});
        if (!written.ok()) log::error("audit", "the alarm could not be recorded");
    };
}

// The pepper itself hashes passwords and PINs, nothing else.
Secret device_key_of(Secret const& pepper) {
    auto const key =
        crypto::hmac_sha256(as_bytes(pepper.reveal()), as_bytes("bankd known devices 1"));
    auto text = to_base64url(key);
    return Secret::take(text);
}

}  // namespace

// Built by start(), in the order of dependence, and gone in reverse.
struct Running {
    Running(Settings const& settings, Stores const& stores, Surroundings const& surroundings,
            crypto::TokenSigner signer, Secret const& pepper, crypto::SecretHasher secret_hasher,
            Clock const& clock)
        : refusals(stores.audit, clock),
          bindings(pepper),
          authenticator(stores.users, std::move(signer), bindings, authenticator_settings(settings),
                        clock),
          pin_authorizations(stores.pins, bindings, clock),
          device_marks(device_key_of(pepper)),
          hasher(std::move(secret_hasher)),
          hash_gate({settings.hash_threads, settings.hash_queue_max}),
          admission(settings.rates, authenticator, refusals, clock,
                    [this](operations::Budget budget) { meters.note(throttle_of(budget)); }),
          gate(admission, authenticator, refusals,
               {surroundings.sealing_lag, surroundings.obstacle}),
          jobs(
              stores.jobs,
              [this] { return jobs::Terms{context.settings.get()->ended_sessions_days}; },
              // Nothing is done to a database of another schema, or to a restored one unchecked.
              [readiness = surroundings.readiness] {
                  return readiness() == api::Readiness::ready;
              }),
          context{Live(settings),
                  stores,
                  clock,
                  authenticator,
                  device_marks,
                  hasher,
                  bindings,
                  pin_authorizations,
                  hash_gate,
                  admission,
                  gate,
                  refusals,
                  meters,
                  jobs,
                  surroundings.request_checkpoint},
          lanes(make_lanes(settings, stores),
                {settings.posting_queue_max, settings.posting_batch_max},
                alarm(stores.audit, meters)),
          use_cases(context, lanes, surroundings),
          rest(api::FrontEnd::rest, context, use_cases, surroundings),
          admin(api::FrontEnd::admin, context, use_cases, surroundings) {}

    static std::vector<std::unique_ptr<ledger::LaneStore>> make_lanes(Settings const& settings,
                                                                      Stores const& stores) {
        std::vector<std::unique_ptr<ledger::LaneStore>> lanes;
        for (std::uint32_t i = 0; i < settings.lanes; ++i) lanes.push_back(stores.make_lane());
        return lanes;
    }

    Meters meters;
    access::RefusalLog refusals;
    access::Bindings bindings;
    access::Authenticator authenticator;
    access::PinAuthorizations pin_authorizations;
    access::DeviceMarks device_marks;
    crypto::SecretHasher hasher;
    access::HashGate hash_gate;
    access::Admission admission;
    access::Gate gate;
    jobs::Runner jobs;
    Context context;
    ledger::PostingLanes lanes;
    UseCases use_cases;
    FrontEndApi rest;
    FrontEndApi admin;
};

struct Bank::State {
    Settings settings;
    Stores stores;
    Surroundings surroundings;
    Keys keys;
    Clock const& clock;
    std::unique_ptr<Running> running;
};

Bank::Bank(Settings settings, Stores stores, Surroundings surroundings, Keys keys,
           Clock const& clock)
    : state_(new State{std::move(settings), std::move(stores), std::move(surroundings),
                       std::move(keys), clock, nullptr}) {}

Bank::~Bank() {
    stop();
}

Status Bank::start() {
    auto& keys = state_->keys;
    auto const& settings = state_->settings;
    auto signer = crypto::TokenSigner::make({.key_pem = std::move(keys.token_key_pem),
                                             .key_id = keys.token_key_id,
                                             .issuer = settings.issuer,
                                             .audience = settings.audience});
    if (!signer.ok()) return std::move(signer).error();
    auto hasher =
        crypto::SecretHasher::make(keys.pepper.clone(), keys.pepper_id, settings.bcrypt_cost);
    if (!hasher.ok()) return std::move(hasher).error();
    state_->running = std::make_unique<Running>(settings, state_->stores, state_->surroundings,
                                                std::move(signer).value(), keys.pepper,
                                                std::move(hasher).value(), state_->clock);
    keys.pepper = {};
    state_->running->jobs.start();
    return Done{};
}

void Bank::stop() {
    if (!state_->running) return;
    state_->running->jobs.stop();
    state_->running->lanes.stop();
}

void Bank::reload(Settings settings) {
    BANK_CHECK(state_->running != nullptr);
    state_->running->authenticator.reload(authenticator_settings(settings));
    state_->running->admission.reload(settings.rates);
    state_->running->context.settings.set(std::move(settings));
}

std::chrono::milliseconds Bank::lanes_silence() const {
    return state_->running ? state_->running->lanes.silence() : std::chrono::milliseconds{0};
}

void Bank::count_refused_operation(api::FrontEnd which) {
    BANK_CHECK(state_->running != nullptr);
    state_->running->meters.refused_operations.at(static_cast<std::size_t>(which)).add();
}

operations::BankApi& Bank::front_end(api::FrontEnd which) {
    BANK_CHECK(state_->running != nullptr);
    return which == api::FrontEnd::rest ? state_->running->rest : state_->running->admin;
}

}  // namespace bank::service
