using SandboxedBuild.Interop;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Diagnostics;

/// <summary>SBX2xxx: policy and input.</summary>
internal static class InputDiagnostics
{
    public static Diagnostic NotAllowed(StepIdentity step, string policyFile, Suggestion? ofProject, Suggestion? ofUser)
    {
        const string All = "build with -p:SandboxConfirm=Approve to let every step run";
        return new("SBX2001", $"{Step(step)} is not allowed to run: no rule admits it{(step.Script.Unknown is { } unknown && !step.HidesCommand ? $" (none for its command can: {(step.Obscured is null ? unknown : step.Obscured.TrimEnd(','))})" : string.Empty)}{(ofProject, ofUser) switch
        {
            ({ } rule, _) => $". If you trust it, {ToAdd(rule)} – or {All}.",
            (null, { } rule) => $", and none for its target in {policyFile} can, for the target is not defined in that file's directory or below. If you trust it, {ToAdd(rule)} – or put a sandbox.json into a directory above both and name it with -p:SandboxPolicyFile=FILE, or {All}.",
            _ => $", and none for its target in {policyFile} can, for the target is not defined in that file's directory or below. If you trust it, put a sandbox.json into a directory above both and name it with -p:SandboxPolicyFile=FILE, or {All}.",
        }}");

        static string ToAdd(Suggestion rule) => $"add this to \"allow\" in {rule.File}: {rule.Rule} – or let this command do it: {rule.Command}";
    }

    public static Diagnostic NotGranted(StepIdentity step, StepAccess missing, Admission admission, Suggestion? ofAll, string members) => new(
        "SBX2012",
        $"{Step(step)} asks for more than it is granted: {Words(missing)}. {(admission.File is { } file ? $"If you trust it with that, let the rule in {file.Path}({admission.Rule!.Line}) say: {members}" : ofAll is null ? "It runs without a rule" : $"It runs without a rule. If you trust it with that, let this command add one: {ofAll.Command}")} – or have the project not ask for it (SandboxNetwork, SandboxPath, SandboxLayer, SandboxPassEnvironment, and the parameters Network, Paths, Layers and PassEnvironment of the step).")
    {
        File = admission.File?.Path,
        Line = admission.Rule?.Line ?? 0,
        Column = admission.Rule?.Column ?? 0,
    };

    public static Diagnostic InvalidPolicy(string file, int line, int column, string reason) => new(
        "SBX2002",
        $"the policy file cannot be used: {reason}. Its form: {{ \"allow\": [ {{ \"target\": \"NAME\" }}, {{ \"command\": \"WORDS\" }} ] }}")
    {
        File = file,
        Line = line,
        Column = column,
    };

    public static Diagnostic RootNotUsable(string root, int error) => new(
        "SBX2003",
        $"the root {root} {error switch { Errno.NotFound => "does not exist", Errno.NotDirectory => "is not a directory", Errno.Loop => "is reached through a symlink inside the project's root, which a step may have left there", _ => "cannot be opened" }}. Name a directory that the step may change: set SandboxRoot, or Roots on the task.");

    public static Diagnostic UnknownOverlay(string id, IEnumerable<string> places) => new(
        "SBX2004",
        $"there is no overlay {id} (looked in {string.Join(", ", places)}). It was committed or rolled back already – a failed step rolls back the overlay that it ran in – or it is not yours. Use the Overlay output of an OverlayCreate of this build, or the OverlayId of a step that held its changes.");

    public static Diagnostic OverlayInUse(string id) => new(
        "SBX2005",
        $"a step still runs in the overlay {id}. Commit or roll it back when the step is over.");

    public static Diagnostic StateOverlapsRoot(string state, string root) => new(
        "SBX2006",
        $"the state directory {state} and the root {root} lie in one another, so an overlay would catch its own state. Keep the state outside of every root: -p:SandboxStateDirectory=DIRECTORY");

    public static Diagnostic InvalidValue(string parameter, string value, IEnumerable<string> valid) => new(
        "SBX2007",
        $"\"{value}\" is no value of {parameter}. Valid: {string.Join(", ", valid)}.");

    public static Diagnostic WorkingDirectoryNotShown(string directory, IEnumerable<string> roots) => new(
        "SBX2008",
        $"the working directory {directory} is not to be seen inside the sandbox: it is in none of the roots ({string.Join(", ", roots)}). Add it to Roots, or show it with <SandboxPath Include=\"{directory}\" Access=\"ReadOnly\" />.");

    public static Diagnostic PathNotUsable(SandboxPath path, string reason) => new(
        "SBX2009",
        $"the path {path.Path} cannot be shown as {path.Access}: {reason}. Change or remove its SandboxPath item, or what the rule in sandbox.json grants.");

    public static Diagnostic AmbiguousOverlay(string text, IEnumerable<string> ids) => new(
        "SBX2011",
        $"\"{text}\" could mean several overlays: {string.Join(", ", ids)}. Give one more character of the one that you mean; those after the dash are enough.");

    private static string Step(StepIdentity step) =>
        $"the step of target {step.Target} ({(step.File.Length > 0 ? step.File : "in no file")}){(step.ShownCommand is { } command ? $" with the command \"{command}\"" : string.Empty)}";

    private static string Words(StepAccess access) => string.Join(
        ", ",
        (access.Network == NetworkAccess.None ? [] : new[] { $"the network {access.Network}" })
            .Concat(access.Paths.Select(static path => $"{path.Access} of {path.Path}"))
            .Concat(access.Environment.Select(static name => $"the variable {name}")));
}
