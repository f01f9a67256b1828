using System.CommandLine;
using System.Text.Json.Nodes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Policies;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>allow</c>: a rule more in a policy file.</summary>
internal static class AllowCommand
{
    public static Command Create(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var command = new Command("allow", "Adds a rule to a policy file, for the steps of a target (--target) or for a command (behind --). The rest of the file stays as it is, comments too; without a file one is made.");
        var options = new AllowOptions();
        options.AddTo(command);
        command.SetAction(act(session => Run(session, options)));
        return command;
    }

    private static int Run(Session session, AllowOptions options)
    {
        var (text, addition) = options.Read(session);
        if (addition.Present is { } present && present.Grants != addition.Rule.Grants)
        {
            throw new SandboxException(ToolDiagnostics.RuleGrantsSomethingElse(addition.File, present, text));
        }

        if (addition.First is { } first)
        {
            session.Host.Notes.Diagnostic(ToolDiagnostics.AnotherRuleComesFirst(addition.File, first));
        }

        var outcome = addition.Present is not null ? "present" : options.IsPrinted(session) ? "checked" : "added";
        if (outcome == "added" && !PolicyFiles.Write(addition.File, addition.After!, addition.Before))
        {
            throw new SandboxException(ToolDiagnostics.PolicyChangedMeanwhile(addition.File));
        }

        Tell(session, outcome, text, addition.File, addition.Present ?? addition.Rule);
        return ExitCodes.Done;
    }

    private static void Tell(Session session, string outcome, string text, string file, AllowRule rule)
    {
        if (session.IsJson)
        {
            session.Write(new AllowDocument(outcome, file, rule.Line, rule.Column, JsonNode.Parse(text)!), DocumentJson.Default.AllowDocument);
            return;
        }

        session.Host.Printer.Line($"  {text}");
        session.Host.Printer.Line($"{outcome switch { "added" => "added to", "present" => "is already in", _ => "would be added to" }} {file}({rule.Line},{rule.Column})");
    }
}
