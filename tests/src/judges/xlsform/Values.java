// What ODK's own engine makes of expressions: `Values FORM EXPRESSIONS`, one expression a line; a
// line each comes out, "= " and the value as text, or "! " and why there is none.

import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.javarosa.core.model.CoreModelModule;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;
import org.javarosa.xpath.XPathParseTool;
import org.javarosa.xpath.expr.XPathFuncExpr;

public class Values {
    public static void main(String[] words) throws Exception {
        PrototypeManager.registerPrototypes(JavaRosaCoreModule.classNames);
        PrototypeManager.registerPrototypes(CoreModelModule.classNames);
        new XFormsModule().registerModule();
        FormDef form;
        try (InputStream stream = new FileInputStream(words[0])) {
            form = XFormUtils.getFormFromInputStream(stream);
        }
        form.initialize(true, new InstanceInitializationFactory());
        // Walking through it makes the turns of counted repeats.
        FormEntryController walk = new FormEntryController(new FormEntryModel(form));
        while (walk.stepToNextEvent() != FormEntryController.EVENT_END_OF_FORM) {
        }
        StringBuilder told = new StringBuilder();
        for (String line : Files.readAllLines(Path.of(words[1]), StandardCharsets.UTF_8)) {
            told.append(value(form, line).replace('\n', ' ')).append('\n');
        }
        System.out.write(told.toString().getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }

    private static String value(FormDef form, String expression) {
        try {
            Object value = XPathParseTool.parseXPath(expression)
                .eval(form.getMainInstance(), form.getEvaluationContext());
            return "= " + XPathFuncExpr.toString(XPathFuncExpr.unpack(value));
        } catch (Throwable trouble) {
            return "! " + trouble;
        }
    }
}
