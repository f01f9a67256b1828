using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Policies;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Commands;

/// <summary>What <c>build</c> was answered for always: shown, and forgotten.</summary>
internal static class RememberedAnswers
{
    /// <param name="session">The call.</param>
    /// <param name="forgotten">The beginning of the hashes that are to be forgotten; null to forget none.</param>
    public static int Run(Session session, string? forgotten)
    {
        var approvals = Approvals.Of(session.Host.Environment) ?? throw new SandboxException(ToolDiagnostics.WrongCommandLine("there is no home directory, and so nothing is remembered: HOME is not set", session.CommandName));
        var answers = forgotten is null ? approvals.All() : approvals.Forget(forgotten);
        if (session.IsJson)
        {
            session.Write(new AnswersDocument(forgotten is null ? "remembered" : "forgotten", [.. answers.Select(Document)]), DocumentJson.Default.AnswersDocument);
        }
        else
        {
            Tell(session.Host.Printer, answers, forgotten);
        }

        return forgotten is { Length: > 0 } && answers.IsEmpty ? ExitCodes.No : ExitCodes.Done;
    }

    private static void Tell(Printer printer, ImmutableArray<Approval> answers, string? forgotten)
    {
        foreach (var answer in answers)
        {
            printer.Line((answer.Hash[..12], Ink.Yellow), ($"  {answer.At.ToLocalTime():yyyy-MM-dd}  {answer.Question.Target} in {answer.Question.File}", Ink.Plain));
            printer.Line($"  {answer.Question.Command.Split('\n')[0]}{string.Concat(answer.Question.Grants.Select(static grant => $"; {grant}"))}");
        }

        printer.Line((answers.Length, forgotten) switch
        {
            (0, null) => "Nothing is remembered.",
            (0, _) => "There is nothing to forget.",
            (var count, null) => $"{count} remembered; to forget one: dotnet sandbox allow --forget {answers[^1].Hash[..12]}",
            var (count, _) => $"{count} forgotten",
        });
    }

    private static AnswerDocument Document(Approval answer) =>
        new(answer.Hash, answer.At, answer.Question.Project, answer.Question.Target, answer.Question.File, answer.Question.Command, answer.Question.Grants);
}
