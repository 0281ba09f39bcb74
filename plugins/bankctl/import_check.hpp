// The dry run of an import: predicts which transfers would be posted, without posting any.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "plugins/bankctl/client.hpp"
#include "plugins/bankctl/import_survey.hpp"
#include "plugins/bankctl/result.hpp"

namespace bank::bankctl {

struct CheckFinding {
    std::size_t line = 0;  // The first line that uses the account in this way.
    std::string account_no;
    std::string code;  // The status that such a transfer would receive.
    std::string currency;
    std::int64_t needed = 0;     // Only for insufficient funds; minor units.
    std::int64_t available = 0;  //
    // Not 0: the funds suffice if this line, which credits the account, is posted first.
    std::size_t depends_on = 0;
};

// Collects the uses of each account, then compares them with the account.
class ImportCheck {
public:
    // In the order of the file: the credit of an earlier line may cover a later debit.
    void add(FileItem const& item);

    // Looks up the accounts at the bank, many at a time.
    [[nodiscard]] std::variant<std::monostate, Failure> ask(Client& client);
    // One account; not an object: the bank does not know it.
    void compare(std::string const& account_no, dom::element account);

    [[nodiscard]] std::vector<CheckFinding> const& findings() const { return findings_; }
    // Whether everything can be posted if the lines are posted in order.
    [[nodiscard]] bool is_postable() const;
    [[nodiscard]] std::size_t accounts() const { return accounts_.size(); }
    // Transfers that refer to a hold or transfer, which are not checked.
    [[nodiscard]] std::size_t unchecked() const { return unchecked_; }

private:
    struct Use {
        std::size_t line = 0;
        std::size_t debit_line = 0;   // 0: it is not debited.
        std::size_t credit_line = 0;  // 0: it is not credited.
        std::size_t last_debit_line = 0;
        std::int64_t debits = 0;
        std::int64_t net = 0;      // Credits less debits so far.
        std::int64_t net_min = 0;  // Its minimum so far.
    };
    using Uses = std::map<std::string, Use>;  // By currency.

    void compare_use(std::string const& account_no, std::string const& currency, Use const& use,
                     dom::element account);
    [[nodiscard]] std::variant<std::monostate, Failure> ask_about(
        Client& client, std::vector<std::string> const& account_nos);

    std::map<std::string, Uses> accounts_;
    std::vector<CheckFinding> findings_;
    std::size_t unchecked_ = 0;
};

[[nodiscard]] std::string view_check(ImportCheck const& check, Survey const& survey,
                                     Layout const& layout);
[[nodiscard]] std::string check_json(ImportCheck const& check, Survey const& survey);

}  // namespace bank::bankctl
