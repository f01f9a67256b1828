using System.Diagnostics;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Tasks;

/// <summary>The start of a command, turned into that of the sandbox around it.</summary>
internal static class RedirectedStart
{
    public static ProcessStartInfo To(StepLaunch launch, ProcessStartInfo start)
    {
        start.FileName = launch.Program;
        start.Arguments = string.Empty;
        foreach (var argument in launch.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in StepLaunch.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
