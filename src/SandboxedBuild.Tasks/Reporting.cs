using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Tasks;

/// <summary>Where a diagnostic becomes a line of the build's log, and the one place where an expected failure ends.</summary>
internal static class Reporting
{
    public static void Report(this TaskLoggingHelper log, Diagnostic diagnostic)
    {
        if (diagnostic.IsWarning)
        {
            log.LogWarning(null, diagnostic.Code, null, diagnostic.File, diagnostic.Line, diagnostic.Column, 0, 0, "{0}", diagnostic.Message);
        }
        else
        {
            log.LogError(null, diagnostic.Code, null, diagnostic.File, diagnostic.Line, diagnostic.Column, 0, 0, "{0}", diagnostic.Message);
        }
    }

    /// <summary>Runs the body of a task; whatever can be expected to fail becomes an error of the log.</summary>
    public static bool Guard(this TaskLoggingHelper log, Func<bool> body)
    {
        try
        {
            return body();
        }
        catch (SandboxException e)
        {
            log.Report(e.Diagnostic);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Report(ExecutionDiagnostics.HostFailed(e.Message));
        }
        catch (OperationCanceledException)
        {
            log.LogMessage(MessageImportance.Low, "Cancelled.");
        }

        return false;
    }
}
