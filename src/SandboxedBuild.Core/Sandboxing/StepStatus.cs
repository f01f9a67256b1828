using System.Text;
using System.Text.Json;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Sandboxing;

/// <summary>What the sandbox says of a step that is over.</summary>
/// <param name="ExitCode">
/// The command's own exit code (128 and the signal's number if a signal ended it), or null when the sandbox failed and the command
/// never ran, or was killed from outside: bwrap exits with 1 for a failed setup and for a command's own 1 alike.
/// </param>
/// <param name="FirstProcess">The first process of the step's pid namespace, as seen from outside.</param>
/// <param name="Errors">What the setup had to complain about.</param>
public sealed record StepStatus(int? ExitCode, int? FirstProcess, string Errors)
{
    /// <summary>What to tell of a sandbox that failed.</summary>
    public Diagnostic Failure => Cause ?? ExecutionDiagnostics.SandboxFailed(Errors);

    /// <summary>Why it failed, where that is known; null otherwise.</summary>
    internal Diagnostic? Cause { get; init; }

    /// <summary>
    /// What the isolation wrote, one JSON object after another; the last is cut short when it was killed. Of two first processes the
    /// first one counts: it is named before the command runs.
    /// </summary>
    internal static StepStatus Of(ReadOnlySpan<byte> text, string errors)
    {
        var status = new StepStatus(null, null, errors);
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            var property = string.Empty;
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    property = Encoding.UTF8.GetString(reader.ValueSpan);
                }
                else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var value))
                {
                    status = property switch
                    {
                        "child-pid" => status with { FirstProcess = status.FirstProcess ?? value },
                        "exit-code" => status with { ExitCode = value },
                        _ => status,
                    };
                }
            }
        }
        catch (JsonException)
        {
            // What was read until here holds.
        }

        return status;
    }
}
