namespace SandboxedBuild.Diagnostics;

/// <summary>What is wrong with an isolation, or weaker than it was asked for.</summary>
internal static class IsolationDiagnostics
{
    public static Diagnostic ToolsCovered(string place) => new(
        "SBX2050",
        $"the isolation Namespaces cannot have steps write to {place}: there are programs or libraries with which it sets the sandbox up itself. Use SandboxIsolation=Bubblewrap, which takes nothing from inside the sandbox – or a narrower SandboxRoot.");
}
